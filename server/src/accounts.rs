//! Accounts and sessions: register, log in, refresh, authenticate, log out, and what wants the present password.

use std::sync::Arc;

use admint_domain::{
    Accounts, AppError, Backend, ChangeEmail, ChangePassword, Client, DeleteAccount, EmailAddress, ErrorCode,
    LoginRequest, PasswordStrength, RegisterRequest, SessionId, SessionView, SignedIn, StrengthRequest,
    UserId, UserView, Username,
};
use admint_store::{Credentials, Rotation, SessionPlace, Store, StoreError};
use async_trait::async_trait;
use chrono::{TimeDelta, Utc};

use crate::{
    auth::{
        device::{self, device_of},
        passwords::Passwords,
        strength::StrengthMeter,
        throttle::{Attempt, Registration, coarse_network_of},
        tokens::{ACCESS_SECONDS, AccessTokens, REFRESH_DAYS, refresh_hash, refresh_token},
    },
    config::Secret,
};

/// Longer than any password that was ever accepted; hashing more would only cost time.
const MAX_TRIED_PASSWORD_BYTES: usize = 1024;

pub struct AccountService {
    store: Store,
    tokens: AccessTokens,
    passwords: Passwords,
    strength: StrengthMeter,
    /// Who removes what a user has made.
    backend: Arc<dyn Backend>,
}

impl AccountService {
    pub fn new(store: Store, backend: Arc<dyn Backend>, secret: &Secret) -> Self {
        let (tokens, passwords) = (AccessTokens::new(secret), Passwords::new());
        Self { store, tokens, passwords, strength: StrengthMeter::new(), backend }
    }

    async fn open_session(&self, user: UserView, client: &Client) -> Result<SignedIn, AppError> {
        let (token, hash) = refresh_token();
        let place =
            SessionPlace { device: device_of(&client.agent), network: coarse_network_of(&client.address) };
        let session = self
            .store
            .create_session(user.id, &hash, Utc::now() + TimeDelta::days(REFRESH_DAYS), &place)
            .await
            .map_err(|error| unavailable("create session", &error))?;
        self.store.touch_last_login(user.id).await.map_err(|error| unavailable("note the log-in", &error))?;
        Ok(self.signed_in(user, session, token))
    }

    fn signed_in(&self, user: UserView, session: SessionId, refresh_token: String) -> SignedIn {
        SignedIn {
            access_token: self.tokens.issue(user.id, session, Utc::now().timestamp()),
            refresh_token,
            expires_in: ACCESS_SECONDS,
            user,
            session: Some(session),
        }
    }

    /// Whether `tried` is the password of the account with this name, which may be none. Each wrong one counts, and
    /// too many are not looked at any more. With no account it all takes as long.
    async fn check(
        &self,
        username: &str,
        account: Option<&Credentials>,
        tried: String,
        client: &Client,
    ) -> Result<bool, AppError> {
        let failed = |error| unavailable("check a password", &error);
        let attempt = Attempt::new(username, &client.address);
        let asked_for = account.map_or(UserId::from_uuid(uuid::Uuid::nil()), |account| account.user.id);
        let network = coarse_network_of(&client.address);
        let is_at_home = self.store.has_been_at(asked_for, &network).await.map_err(failed)?;

        attempt.check(&self.store, Utc::now(), is_at_home).await.map_err(failed)??;
        let turn = self.passwords.turn().await?;
        // Again, now that it is our turn: guesses sent all at once get no further than guesses in a row.
        attempt.check(&self.store, Utc::now(), is_at_home).await.map_err(failed)??;

        let tried = if tried.len() > MAX_TRIED_PASSWORD_BYTES { String::new() } else { tried };
        let stored = account.map(|account| account.password_hash.clone());
        let genuine = self.passwords.verify(turn, tried, stored).await?;
        match genuine {
            true => attempt.record_success(&self.store).await.map_err(failed)?,
            false => attempt.record_failure(&self.store).await.map_err(failed)?,
        }
        Ok(genuine)
    }

    /// The user, if `tried` is the present password.
    async fn confirm(&self, user: UserId, tried: String, client: &Client) -> Result<UserView, AppError> {
        let account = self.store.credentials_of(user).await;
        let account = account.map_err(|error| unavailable("read an account", &error))?;
        let account = account.ok_or_else(AppError::unauthorized)?;
        let key = account.user.username.to_ascii_lowercase();
        if self.check(&key, Some(&account), tried, client).await? {
            return Ok(account.user);
        }
        tracing::info!(user.id = %user, "a present password was wrong");
        Err(AppError::invalid("current_password", "This is not your present password. Please try again."))
    }
}

/// What a guesser of a user's password would try first.
fn own_words(username: &str, email: Option<&str>) -> Vec<String> {
    std::iter::once(username).chain(email).filter(|own| !own.is_empty()).map(str::to_owned).collect()
}

#[async_trait]
impl Accounts for AccountService {
    async fn register(&self, request: RegisterRequest, client: &Client) -> Result<SignedIn, AppError> {
        let (username, password, email) = request.validate()?;
        let own = own_words(username.as_str(), email.as_ref().map(EmailAddress::as_str));
        self.strength.require(&password, own, "password").await?;
        let counted = Registration::new(&client.address).count(&self.store, Utc::now()).await;
        counted.map_err(|error| unavailable("count registrations", &error))??;
        let turn = self.passwords.turn().await?;
        let hash = self.passwords.hash(turn, password).await?;
        let user = match self.store.create_user(&username, &hash, email.as_ref()).await {
            Ok(user) => user,
            Err(StoreError::UsernameTaken) => {
                return Err(AppError {
                    field: Some("username".into()),
                    ..AppError::conflict("This user name is taken. Please choose another one.")
                });
            }
            Err(error) => return Err(unavailable("create user", &error)),
        };
        tracing::info!(user.id = %user.id, "registered");
        self.open_session(user, client).await
    }

    async fn login(&self, request: LoginRequest, client: &Client) -> Result<SignedIn, AppError> {
        // A name that cannot exist is treated as one that does not.
        let username = Username::parse(&request.username).ok();
        let account = match &username {
            Some(username) => self.store.credentials(username).await,
            None => Ok(None),
        };
        let account = account.map_err(|error| unavailable("log in", &error))?;
        let key = username.as_ref().map(Username::key).unwrap_or_default();
        let genuine = self.check(&key, account.as_ref(), request.password, client).await?;
        let Some(Credentials { user, .. }) = account.filter(|_| genuine) else {
            tracing::info!(client = client.address, "log-in refused");
            return Err(AppError::new(
                ErrorCode::Unauthorized,
                "User name or password is wrong. Please check both and try again.",
            ));
        };
        tracing::info!(user.id = %user.id, "logged in");
        self.open_session(user, client).await
    }

    async fn refresh(&self, token: &str) -> Result<SignedIn, AppError> {
        let (fresh, fresh_hash) = refresh_token();
        let rotation = self
            .store
            .rotate_refresh(&refresh_hash(token), &fresh_hash, Utc::now() + TimeDelta::days(REFRESH_DAYS))
            .await
            .map_err(|error| unavailable("refresh", &error))?;
        match rotation {
            // In the grace window the fresh token is good too: whichever of two parallel answers the
            // browser keeps, it keeps a token that works.
            Rotation::Rotated { user, session } | Rotation::Grace { user, session } => {
                Ok(self.signed_in(user, session, fresh))
            }
            Rotation::Reused => {
                tracing::warn!("a refresh token was used twice; its session is ended");
                Err(AppError::unauthorized())
            }
            Rotation::Unknown => Err(AppError::unauthorized()),
        }
    }

    async fn authenticate(&self, access_token: &str) -> Result<(UserView, SessionId), AppError> {
        let (user_id, session) = self.tokens.check(access_token).ok_or_else(AppError::unauthorized)?;
        let user = self
            .store
            .session_user(session)
            .await
            .map_err(|error| unavailable("authenticate", &error))?
            .filter(|user| user.id == user_id)
            .ok_or_else(AppError::unauthorized)?;
        Ok((user, session))
    }

    async fn logout(&self, session: SessionId) -> Result<(), AppError> {
        self.store.end_session(session).await.map_err(|error| unavailable("log out", &error))
    }

    async fn sessions(&self, user: UserId, present: SessionId) -> Result<Vec<SessionView>, AppError> {
        let sessions = self.store.sessions_of(user, present).await;
        let mut sessions = sessions.map_err(|error| unavailable("list sessions", &error))?;
        for session in sessions.iter_mut().filter(|session| session.device.is_empty()) {
            session.device = device::UNKNOWN.into();
        }
        Ok(sessions)
    }

    async fn end_session(&self, user: UserId, session: SessionId) -> Result<(), AppError> {
        let ended = self.store.end_session_of(user, session).await;
        if ended.map_err(|error| unavailable("end a session", &error))? {
            tracing::info!(user.id = %user, "ended a session");
            return Ok(());
        }
        Err(AppError::not_found("session"))
    }

    async fn end_sessions(&self, user: UserId, but: Option<SessionId>) -> Result<(), AppError> {
        let ended = self.store.end_sessions_of(user, but).await;
        ended.map_err(|error| unavailable("end sessions", &error))?;
        tracing::info!(user.id = %user, "ended sessions");
        Ok(())
    }

    async fn password_strength(
        &self,
        request: StrengthRequest,
        client: &Client,
    ) -> Result<PasswordStrength, AppError> {
        let StrengthRequest { password, username, email } = request;
        let own = own_words(username.as_deref().unwrap_or_default(), email.as_deref());
        self.strength.measure(password, own, &client.address).await
    }

    async fn change_password(
        &self,
        user: UserId,
        present: SessionId,
        request: ChangePassword,
        client: &Client,
    ) -> Result<(), AppError> {
        let new = request.validate()?;
        let known = self.confirm(user, request.current_password, client).await?;
        let own = own_words(&known.username, known.email.as_deref());
        self.strength.require(&new, own, "new_password").await?;
        let turn = self.passwords.turn().await?;
        let hash = self.passwords.hash(turn, new).await?;
        let changed = self.store.change_password(user, &hash, present).await;
        changed.map_err(|error| unavailable("change a password", &error))?;
        tracing::info!(user.id = %user, "changed the password");
        Ok(())
    }

    async fn change_email(
        &self,
        user: UserId,
        request: ChangeEmail,
        client: &Client,
    ) -> Result<(), AppError> {
        let email = request.validate()?;
        self.confirm(user, request.current_password, client).await?;
        let changed = self.store.change_email(user, email.as_ref()).await;
        changed.map_err(|error| unavailable("change an e-mail address", &error))?;
        tracing::info!(user.id = %user, "changed the e-mail address");
        Ok(())
    }

    async fn delete_account(
        &self,
        user: UserId,
        request: DeleteAccount,
        client: &Client,
    ) -> Result<(), AppError> {
        let account = self.store.user(user).await.map_err(|error| unavailable("read an account", &error))?;
        request.validate(&account.ok_or_else(AppError::unauthorized)?.username)?;
        self.confirm(user, request.current_password, client).await?;
        self.backend.remove_account(user).await
    }
}

/// The cause goes to the log here, once; the user is told what to do.
fn unavailable(operation: &'static str, error: &StoreError) -> AppError {
    tracing::error!(operation, %error, "account store failed");
    AppError::unavailable("The database does not answer. Please try again in a moment.")
}
