//! Sessions and the refresh tokens that keep them alive. Only hashes of tokens are stored.

use std::time::Duration;

use admint_domain::{SessionId, SessionView, UserId, UserView};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, ExprTrait, PaginatorTrait,
    QueryFilter, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Store, StoreError, accounts,
    connection::later,
    entity::{refresh_token, session, user},
    rows::{new_key, now},
};

/// How long a token that was swapped still works: two tabs may use it in the same moment.
pub const REFRESH_GRACE: Duration = Duration::from_secs(30);

/// How exactly it is known when a session was last used: each note is a write.
const USE_NOTED: Duration = Duration::from_secs(5 * 60);

/// Where a session was begun.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SessionPlace {
    /// "Firefox on Linux".
    pub device: String,
    /// A network, never a whole address.
    pub network: String,
}

/// What became of a refresh token that came in.
#[derive(Clone, Debug, PartialEq)]
pub enum Rotation {
    /// Swapped; the new token is the session's.
    Rotated { user: UserView, session: SessionId },
    /// It was swapped a moment ago, by another tab. The new token is valid too, so both tabs go on.
    Grace { user: UserView, session: SessionId },
    /// It was swapped long ago: one of its two holders is a thief. The session is ended for both.
    Reused,
    /// Never issued, expired, or of a session that has ended.
    Unknown,
}

impl Store {
    /// Also sweeps out this user's sessions that ran out.
    pub async fn create_session(
        &self,
        user: UserId,
        refresh_hash: &str,
        expires_at: DateTime<Utc>,
        place: &SessionPlace,
    ) -> Result<SessionId, StoreError> {
        let (id, now) = (new_key(), now());
        let transaction = self.begin().await?;
        session::Entity::delete_many()
            .filter(session::Column::UserId.eq(user.uuid()))
            .filter(session::Column::ExpiresAt.lte(now))
            .exec(&transaction)
            .await?;
        session::Entity::insert(session::ActiveModel {
            id: Set(id),
            user_id: Set(user.uuid()),
            created_at: Set(now),
            expires_at: Set(expires_at),
            ended_at: Set(None),
            last_used_at: Set(Some(now)),
            device: Set(place.device.clone()),
            network: Set(place.network.clone()),
        })
        .exec_without_returning(&transaction)
        .await?;
        add_token(&transaction, id, refresh_hash, now, expires_at).await?;
        transaction.commit().await?;
        Ok(SessionId::from_uuid(id))
    }

    /// Swaps `old_hash` for `new_hash`, or says why not.
    pub async fn rotate_refresh(
        &self,
        old_hash: &str,
        new_hash: &str,
        expires_at: DateTime<Utc>,
    ) -> Result<Rotation, StoreError> {
        self.rotate_refresh_at(now(), old_hash, new_hash, expires_at).await
    }

    pub(crate) async fn rotate_refresh_at(
        &self,
        now: DateTime<Utc>,
        old_hash: &str,
        new_hash: &str,
        expires_at: DateTime<Utc>,
    ) -> Result<Rotation, StoreError> {
        let transaction = self.begin().await?;
        // Locked: of two swaps at once, the second must see the first.
        let token = refresh_token::Entity::find()
            .filter(refresh_token::Column::Hash.eq(old_hash))
            .lock_exclusive()
            .one(&transaction)
            .await?;
        let Some(token) = token.filter(|token| token.expires_at > now) else {
            return Ok(Rotation::Unknown);
        };
        let owner = session::Entity::find_by_id(token.session_id)
            .filter(session::Column::EndedAt.is_null())
            .one(&transaction)
            .await?;
        let Some(owner) = owner else { return Ok(Rotation::Unknown) };
        let Some(user) = user::Entity::find_by_id(owner.user_id).one(&transaction).await? else {
            return Ok(Rotation::Unknown);
        };
        let (user, session) = (accounts::view(user), SessionId::from_uuid(owner.id));

        let rotation = match token.replaced_at {
            None => {
                refresh_token::Entity::update_many()
                    .col_expr(refresh_token::Column::ReplacedAt, Expr::value(now))
                    .filter(refresh_token::Column::Id.eq(token.id))
                    .exec(&transaction)
                    .await?;
                Rotation::Rotated { user, session }
            }
            Some(replaced_at) if now <= later(replaced_at, REFRESH_GRACE) => {
                Rotation::Grace { user, session }
            }
            Some(_) => {
                end_sessions(&transaction, session::Column::Id.eq(owner.id)).await?;
                transaction.commit().await?;
                return Ok(Rotation::Reused);
            }
        };
        add_token(&transaction, owner.id, new_hash, now, expires_at).await?;
        session::Entity::update_many()
            .col_expr(session::Column::ExpiresAt, Expr::value(Ord::max(expires_at, owner.expires_at)))
            .col_expr(session::Column::LastUsedAt, Expr::value(now))
            .filter(session::Column::Id.eq(owner.id))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(rotation)
    }

    /// Whose session this is, which is thereby used; nothing once it has ended.
    pub async fn session_user(&self, session: SessionId) -> Result<Option<UserView>, StoreError> {
        self.session_user_at(now(), session).await
    }

    pub(crate) async fn session_user_at(
        &self,
        now: DateTime<Utc>,
        session: SessionId,
    ) -> Result<Option<UserView>, StoreError> {
        let alive = session::Entity::find_by_id(session.uuid()).filter(is_alive(now));
        let Some(found) = alive.one(self.reader()).await? else { return Ok(None) };
        let noted = found.last_used_at.unwrap_or(found.created_at);
        if later(noted, USE_NOTED) <= now {
            let transaction = self.begin().await?;
            session::Entity::update_many()
                .col_expr(session::Column::LastUsedAt, Expr::value(now))
                .filter(session::Column::Id.eq(found.id))
                .exec(&transaction)
                .await?;
            transaction.commit().await?;
        }
        self.user(UserId::from_uuid(found.user_id)).await
    }

    /// Where the user is logged in, the one used last first.
    pub async fn sessions_of(
        &self,
        user: UserId,
        present: SessionId,
    ) -> Result<Vec<SessionView>, StoreError> {
        let alive = session::Entity::find()
            .filter(session::Column::UserId.eq(user.uuid()))
            .filter(is_alive(now()))
            .all(self.reader())
            .await?;
        let mut views: Vec<_> = alive.into_iter().map(|row| view(row, present)).collect();
        views.sort_by_key(|view| std::cmp::Reverse((view.is_present, view.last_used_at, view.id)));
        Ok(views)
    }

    /// Whether the user has logged in from this network within the last month or so.
    pub async fn has_been_at(&self, user: UserId, network: &str) -> Result<bool, StoreError> {
        let sessions = session::Entity::find()
            .filter(session::Column::UserId.eq(user.uuid()))
            .filter(session::Column::Network.eq(network));
        Ok(sessions.count(self.reader()).await? > 0)
    }

    /// Ending a session that has ended is no error.
    pub async fn end_session(&self, session: SessionId) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        end_sessions(&transaction, session::Column::Id.eq(session.uuid())).await?;
        Ok(transaction.commit().await?)
    }

    /// Ends the session if it is this user's; whether there was such a one.
    pub async fn end_session_of(&self, user: UserId, session: SessionId) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        let own = session::Column::Id.eq(session.uuid()).and(session::Column::UserId.eq(user.uuid()));
        let ended = end_sessions(&transaction, own).await?;
        transaction.commit().await?;
        Ok(ended > 0)
    }

    /// Ends all of the user's sessions but one.
    pub async fn end_sessions_of(&self, user: UserId, but: Option<SessionId>) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        end_sessions(&transaction, others(user, but)).await?;
        Ok(transaction.commit().await?)
    }
}

/// Of a user's sessions, all but one.
pub(crate) fn others(user: UserId, but: Option<SessionId>) -> Expr {
    let all = session::Column::UserId.eq(user.uuid());
    match but {
        Some(but) => all.and(session::Column::Id.ne(but.uuid())),
        None => all,
    }
}

fn is_alive(now: DateTime<Utc>) -> Condition {
    Condition::all().add(session::Column::EndedAt.is_null()).add(session::Column::ExpiresAt.gt(now))
}

fn view(row: session::Model, present: SessionId) -> SessionView {
    SessionView {
        id: SessionId::from_uuid(row.id),
        device: row.device,
        network: row.network,
        began_at: row.created_at,
        last_used_at: row.last_used_at.unwrap_or(row.created_at),
        is_present: row.id == present.uuid(),
    }
}

async fn add_token(
    transaction: &DatabaseTransaction,
    session: Uuid,
    hash: &str,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> Result<(), StoreError> {
    refresh_token::Entity::insert(refresh_token::ActiveModel {
        id: Set(new_key()),
        session_id: Set(session),
        hash: Set(hash.to_owned()),
        created_at: Set(now),
        expires_at: Set(expires_at),
        replaced_at: Set(None),
    })
    .exec_without_returning(transaction)
    .await?;
    Ok(())
}

/// Those that have ended keep the time they did.
pub(crate) async fn end_sessions(transaction: &DatabaseTransaction, which: Expr) -> Result<u64, StoreError> {
    let ended = session::Entity::update_many()
        .col_expr(session::Column::EndedAt, Expr::value(now()))
        .filter(Condition::all().add(which).add(session::Column::EndedAt.is_null()))
        .exec(transaction)
        .await?;
    Ok(ended.rows_affected)
}
