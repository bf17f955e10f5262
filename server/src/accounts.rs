//! Accounts and sessions: register, log in, refresh, authenticate, log out.

use admint_domain::{
    Accounts, AppError, ErrorCode, LoginRequest, RegisterRequest, SessionId, SignedIn, UserView, Username,
};
use admint_store::{Rotation, Store, StoreError};
use async_trait::async_trait;
use chrono::{TimeDelta, Utc};

use crate::{
    auth::{
        passwords::Passwords,
        throttle::Attempt,
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
}

impl AccountService {
    pub fn new(store: Store, secret: &Secret) -> Self {
        Self { store, tokens: AccessTokens::new(secret), passwords: Passwords::new() }
    }

    async fn open_session(&self, user: UserView) -> Result<SignedIn, AppError> {
        let (token, hash) = refresh_token();
        let session = self
            .store
            .create_session(user.id, &hash, Utc::now() + TimeDelta::days(REFRESH_DAYS))
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
}

#[async_trait]
impl Accounts for AccountService {
    async fn register(&self, request: RegisterRequest, _client: &str) -> Result<SignedIn, AppError> {
        let (username, password, email) = request.validate()?;
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
        self.open_session(user).await
    }

    async fn login(&self, request: LoginRequest, client: &str) -> Result<SignedIn, AppError> {
        // A name that cannot exist is treated as one that does not.
        let username = Username::parse(&request.username).ok();
        let attempt = Attempt::new(&username.as_ref().map(Username::key).unwrap_or_default(), client);
        let failed = |error| unavailable("log in", &error);

        attempt.check(&self.store, Utc::now()).await.map_err(failed)??;
        let turn = self.passwords.turn().await?;
        // Again, now that it is our turn: guesses sent all at once get no further than guesses in a row.
        attempt.check(&self.store, Utc::now()).await.map_err(failed)??;

        let credentials = match &username {
            Some(username) => self.store.credentials(username).await.map_err(failed)?,
            None => None,
        };
        let (user, stored) = credentials.map(|found| (found.user, found.password_hash)).unzip();
        let mut tried = request.password;
        if tried.len() > MAX_TRIED_PASSWORD_BYTES {
            tried.clear();
        }
        let genuine = self.passwords.verify(turn, tried, stored).await?;
        let Some(user) = user.filter(|_| genuine) else {
            attempt.record_failure(&self.store).await.map_err(failed)?;
            tracing::info!(client, "log-in refused");
            return Err(AppError::new(
                ErrorCode::Unauthorized,
                "User name or password is wrong. Please check both and try again.",
            ));
        };
        attempt.record_success(&self.store).await.map_err(failed)?;
        tracing::info!(user.id = %user.id, "logged in");
        self.open_session(user).await
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
}

/// The cause goes to the log here, once; the user is told what to do.
fn unavailable(operation: &'static str, error: &StoreError) -> AppError {
    tracing::error!(operation, %error, "account store failed");
    AppError::unavailable("The database does not answer. Please try again in a moment.")
}
