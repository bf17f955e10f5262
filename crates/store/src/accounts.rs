//! Users and their statistics.

use admint_domain::{EmailAddress, ProfileView, SessionId, Usd, UserId, UserView, Username};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, SqlErr, sea_query::Expr};

use crate::{
    Store, StoreError,
    entity::{queue_turn, user},
    rows::{new_key, now},
    sessions::{end_sessions, others},
};

/// What a log-in is checked against.
#[derive(Clone)]
pub struct Credentials {
    pub user: UserView,
    pub password_hash: String,
}

impl Store {
    /// Names are unique whatever their capitals: [`StoreError::UsernameTaken`].
    pub async fn create_user(
        &self,
        username: &Username,
        password_hash: &str,
        email: Option<&EmailAddress>,
    ) -> Result<UserView, StoreError> {
        let row = user::Model {
            id: new_key(),
            username: username.as_str().to_owned(),
            username_key: username.key(),
            password_hash: password_hash.to_owned(),
            email: email.map(|email| email.as_str().to_owned()),
            total_generations: 0,
            total_cost: 0,
            stored_bytes: 0,
            month_cap: None,
            created_at: now(),
            last_login: None,
            leaving_since: None,
        };
        let transaction = self.begin().await?;
        let insert = user::Entity::insert(user::ActiveModel {
            id: Set(row.id),
            username: Set(row.username.clone()),
            username_key: Set(row.username_key.clone()),
            password_hash: Set(row.password_hash.clone()),
            email: Set(row.email.clone()),
            total_generations: Set(0),
            total_cost: Set(0),
            stored_bytes: Set(0),
            month_cap: Set(None),
            created_at: Set(row.created_at),
            last_login: Set(None),
            leaving_since: Set(None),
        });
        insert.exec_without_returning(&transaction).await.map_err(|error| match error.sql_err() {
            // The key is the table's only unique column beside the fresh id.
            Some(SqlErr::UniqueConstraintViolation(_)) => StoreError::UsernameTaken,
            _ => error.into(),
        })?;
        // A newcomer was never served, and is first when there is something to do.
        let turn = queue_turn::ActiveModel { user_id: Set(row.id), turn: Set(0) };
        queue_turn::Entity::insert(turn).exec_without_returning(&transaction).await?;
        transaction.commit().await?;
        Ok(view(row))
    }

    /// By the name's key, so capitals do not matter.
    pub async fn credentials(&self, username: &Username) -> Result<Option<Credentials>, StoreError> {
        let row = user::Entity::find()
            .filter(user::Column::UsernameKey.eq(username.key()))
            .one(self.reader())
            .await?;
        Ok(row.map(|row| Credentials { password_hash: row.password_hash.clone(), user: view(row) }))
    }

    /// Of a user who is known already.
    pub async fn credentials_of(&self, id: UserId) -> Result<Option<Credentials>, StoreError> {
        let row = user::Entity::find_by_id(id.uuid()).one(self.reader()).await?;
        Ok(row.map(|row| Credentials { password_hash: row.password_hash.clone(), user: view(row) }))
    }

    /// Sets the password and ends every session but this one, or neither.
    pub async fn change_password(
        &self,
        id: UserId,
        password_hash: &str,
        but: SessionId,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        user::Entity::update_many()
            .col_expr(user::Column::PasswordHash, Expr::value(password_hash))
            .filter(user::Column::Id.eq(id.uuid()))
            .filter(user::Column::LeavingSince.is_null())
            .exec(&transaction)
            .await?;
        end_sessions(&transaction, others(id, Some(but))).await?;
        Ok(transaction.commit().await?)
    }

    pub async fn change_email(&self, id: UserId, email: Option<&EmailAddress>) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        user::Entity::update_many()
            .col_expr(user::Column::Email, Expr::value(email.map(|email| email.as_str().to_owned())))
            .filter(user::Column::Id.eq(id.uuid()))
            .filter(user::Column::LeavingSince.is_null())
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    pub async fn user(&self, id: UserId) -> Result<Option<UserView>, StoreError> {
        Ok(user::Entity::find_by_id(id.uuid()).one(self.reader()).await?.map(view))
    }

    pub async fn profile(&self, id: UserId) -> Result<Option<ProfileView>, StoreError> {
        let row = user::Entity::find_by_id(id.uuid()).one(self.reader()).await?;
        Ok(row.map(|row| ProfileView {
            total_generations: u32::try_from(row.total_generations).unwrap_or(u32::MAX),
            total_cost_usd: Usd::from_micros(row.total_cost),
            last_login: row.last_login,
            storage: self.storage_of(&row),
            user: view(row),
        }))
    }

    pub async fn touch_last_login(&self, id: UserId) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        user::Entity::update_many()
            .col_expr(user::Column::LastLogin, Expr::value(now()))
            .filter(user::Column::Id.eq(id.uuid()))
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }
}

pub(crate) fn view(row: user::Model) -> UserView {
    UserView {
        id: UserId::from_uuid(row.id),
        username: row.username,
        email: row.email,
        created_at: row.created_at,
    }
}
