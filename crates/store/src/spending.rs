//! How much may be spent, and what was. The limits are held where an operation is reserved, in the same transaction:
//! whatever was said before, nothing is bought beyond them.

use std::collections::BTreeMap;

use admint_domain::{
    Budget, Caps, CostView, Estimate, GenerationId, LedgerQuery, Limit, ModelSpending, Month, OverBudget,
    Price, PurchaseState, PurchaseView, SpendingView, Spent, Usd, UserId,
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};
use uuid::Uuid;

use crate::{
    Lease, Store, StoreError,
    entity::{generation, ledger_entry, user},
    generations::find_owned,
    rows::{from_json, now, to_json},
    work::options,
};

/// How many months are told of, beside the present one.
const MONTHS: usize = 11;

impl Store {
    /// The same database, in which no more than this may be spent.
    pub fn with_caps(mut self, caps: Caps) -> Self {
        self.caps = caps;
        self
    }

    /// The limits that hold for an ad of this user's: one that is there, or one about to be made with the limit
    /// `wanted` for it.
    pub async fn budgets(
        &self,
        user: UserId,
        generation: Option<GenerationId>,
        wanted: Option<Usd>,
    ) -> Result<Vec<Budget>, StoreError> {
        let db = self.reader();
        let (own, taken) = match generation {
            None => (wanted, Usd::ZERO),
            Some(id) => {
                let row = find_owned(user, id).one(db).await?;
                let own = row.as_ref().map(options).transpose()?.and_then(|options| options.max_cost);
                (own, taken_by(db, of_generation(id.uuid()), None).await?)
            }
        };
        let mut budgets = ad_budgets(own, self.caps, taken);
        budgets.extend(self.month_budgets(db, user.uuid(), None).await?);
        Ok(budgets)
    }

    /// Refuses an operation that would pass a limit; `open` is its own entry, where there is one already.
    pub(crate) async fn require_budget(
        &self,
        transaction: &DatabaseTransaction,
        lease: &Lease,
        open: Option<Uuid>,
        operation: &str,
        price: Price,
    ) -> Result<(), StoreError> {
        if price == Price::Known(Usd::ZERO) {
            return Ok(());
        }
        // Whoever else spends this user's money waits until this is booked, or not.
        user::Entity::find_by_id(lease.user.uuid()).lock_exclusive().one(transaction).await?;
        let row = generation::Entity::find_by_id(lease.generation.uuid()).one(transaction).await?;
        let own = row.as_ref().map(options).transpose()?.and_then(|options| options.max_cost);
        let mut budgets = Vec::new();
        if own.is_some() || self.caps.ad.is_some() {
            let taken = taken_by(transaction, of_generation(lease.generation.uuid()), open).await?;
            budgets = ad_budgets(own, self.caps, taken);
        }
        budgets.extend(self.month_budgets(transaction, lease.user.uuid(), open).await?);
        let passed = budgets.into_iter().find(|budget| match price {
            Price::Known(amount) => !budget.has_room_for(amount),
            Price::Unknown => true,
        });
        match passed {
            None => Ok(()),
            Some(budget) => {
                let over = OverBudget { budget, operation: operation.to_owned(), price };
                Err(StoreError::OverBudget(Box::new(over)))
            }
        }
    }

    async fn month_budgets(
        &self,
        db: &impl ConnectionTrait,
        id: Uuid,
        but: Option<Uuid>,
    ) -> Result<Vec<Budget>, StoreError> {
        let row = user::Entity::find_by_id(id).one(db).await?;
        let row = row.ok_or_else(|| DbErr::RecordNotFound("the user".into()))?;
        let caps = [
            (Limit::Month, row.month_cap.map(Usd::from_micros)),
            (Limit::OperatorsMonth, self.caps.user_month),
        ];
        if caps.iter().all(|(_, cap)| cap.is_none()) {
            return Ok(Vec::new());
        }
        let this_month = Condition::all()
            .add(ledger_entry::Column::UserId.eq(id))
            .add(ledger_entry::Column::CreatedAt.gte(Month::of(now()).start()));
        let taken = taken_by(db, this_month, but).await?;
        Ok(caps.into_iter().filter_map(|(limit, cap)| Some(Budget { limit, cap: cap?, taken })).collect())
    }

    /// Sets or lifts the maker's limit for an ad. `false` if it is not there, or not this user's.
    pub async fn limit_ad(
        &self,
        user: UserId,
        id: GenerationId,
        cap: Option<Usd>,
    ) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        let Some(row) = find_owned(user, id).one(&transaction).await? else {
            transaction.rollback().await?;
            return Ok(false);
        };
        let mut wishes = options(&row)?;
        wishes.max_cost = cap;
        generation::Entity::update_many()
            .col_expr(generation::Column::Options, Expr::value(to_json("options", &wishes)?))
            .filter(generation::Column::Id.eq(row.id))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// Sets or lifts the user's own limit for a month.
    pub async fn limit_month(&self, user: UserId, cap: Option<Usd>) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        user::Entity::update_many()
            .col_expr(user::Column::MonthCap, Expr::value(cap.map(Usd::micros)))
            .filter(user::Column::Id.eq(user.uuid()))
            .exec(&transaction)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// The user's purchases, the oldest first.
    pub async fn purchases(&self, user: UserId, query: LedgerQuery) -> Result<Vec<PurchaseView>, StoreError> {
        let mut select = ledger_entry::Entity::find().filter(ledger_entry::Column::UserId.eq(user.uuid()));
        if let Some(id) = query.generation {
            select = select.filter(ledger_entry::Column::GenerationId.eq(id.uuid()));
        }
        let midnight = |day: chrono::NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc();
        if let Some(from) = query.from {
            select = select.filter(ledger_entry::Column::CreatedAt.gte(midnight(from)));
        }
        // A calendar ends somewhere: whoever asks for its last day asks for everything.
        if let Some(after) = query.to.and_then(|to| to.succ_opt()) {
            select = select.filter(ledger_entry::Column::CreatedAt.lt(midnight(after)));
        }
        let rows = select.order_by_asc(ledger_entry::Column::Id).all(self.reader()).await?;
        Ok(rows.into_iter().map(purchase).collect())
    }

    pub async fn cost(&self, user: UserId, id: GenerationId) -> Result<Option<CostView>, StoreError> {
        let Some(row) = find_owned(user, id).one(self.reader()).await? else { return Ok(None) };
        let of_it = LedgerQuery { generation: Some(id), ..LedgerQuery::default() };
        let purchases = self.purchases(user, of_it).await?;
        Ok(Some(CostView {
            id,
            cap: options(&row)?.max_cost,
            estimate: row.estimate.map(|json| from_json("an estimate", json)).transpose()?,
            prompt: row.prompt,
            status: row.status.parse().map_err(|error| StoreError::corrupt("a status", error))?,
            spent: purchases.iter().collect(),
            purchases,
        }))
    }

    pub async fn spending(&self, user: UserId) -> Result<SpendingView, StoreError> {
        let db = self.reader();
        let month = Month::of(now());
        let mut first = month;
        for _ in 0..MONTHS {
            first = first.before();
        }
        let rows = ledger_entry::Entity::find()
            .filter(ledger_entry::Column::UserId.eq(user.uuid()))
            .filter(ledger_entry::Column::CreatedAt.gte(first.start()))
            .filter(is_no_gift())
            .order_by_asc(ledger_entry::Column::Id)
            .all(db)
            .await?;
        let purchases: Vec<PurchaseView> = rows.into_iter().map(purchase).collect();
        let mut months = BTreeMap::<Month, Spent>::new();
        for purchase in &purchases {
            months.entry(Month::of(purchase.at)).or_default().add(purchase);
        }
        let own = user::Entity::find_by_id(user.uuid()).one(db).await?.and_then(|row| row.month_cap);
        Ok(SpendingView {
            month,
            spent: months.remove(&month).unwrap_or_default(),
            budgets: self.month_budgets(db, user.uuid(), None).await?,
            own_cap: own.map(Usd::from_micros),
            months: months.into_iter().rev().collect(),
            models: self.by_model(user, first.start(), &purchases).await?,
        })
    }

    /// What was paid to each model, and what the finished ads that asked it first were to cost.
    async fn by_model(
        &self,
        user: UserId,
        since: DateTime<Utc>,
        purchases: &[PurchaseView],
    ) -> Result<Vec<ModelSpending>, StoreError> {
        let mut models = BTreeMap::<String, ModelSpending>::new();
        for purchase in purchases {
            let model = models.entry(purchase.maker().to_owned()).or_default();
            model.purchases += 1;
            model.spent.add(purchase);
        }
        let ads: Vec<(serde_json::Value, Option<i64>)> = generation::Entity::find()
            .select_only()
            .column(generation::Column::Estimate)
            .column(generation::Column::Cost)
            .filter(generation::Column::UserId.eq(user.uuid()))
            .filter(generation::Column::CreatedAt.gte(since))
            .filter(generation::Column::CompletedAt.is_not_null())
            .filter(generation::Column::Estimate.is_not_null())
            .into_tuple()
            .all(self.reader())
            .await?;
        for (estimate, cost) in ads {
            let estimate: Estimate = from_json("an estimate", estimate)?;
            let (Some(high), Some(cost)) = (estimate.high_usd, cost) else { continue };
            if let Some(model) = models.get_mut(&estimate.model) {
                model.ads += 1;
                model.estimated_low = model.estimated_low + estimate.low_usd;
                model.estimated_high = model.estimated_high + high;
                model.actual = model.actual + Usd::from_micros(cost);
            }
        }
        Ok(models.into_iter().map(|(name, model)| ModelSpending { model: name, ..model }).collect())
    }
}

fn ad_budgets(own: Option<Usd>, caps: Caps, taken: Usd) -> Vec<Budget> {
    let limits = [(Limit::Ad, own), (Limit::OperatorsAd, caps.ad)];
    limits.into_iter().filter_map(|(limit, cap)| Some(Budget { limit, cap: cap?, taken })).collect()
}

fn of_generation(id: Uuid) -> Condition {
    Condition::all().add(ledger_entry::Column::GenerationId.eq(id))
}

/// Not settled at nothing, as what Studio draws is.
pub(crate) fn is_no_gift() -> Condition {
    Condition::any().add(ledger_entry::Column::Settled.is_null()).add(ledger_entry::Column::Settled.ne(0))
}

/// What these entries take of a limit; `but` one that is about to be booked anew.
async fn taken_by(db: &impl ConnectionTrait, which: Condition, but: Option<Uuid>) -> Result<Usd, StoreError> {
    let rows = ledger_entry::Entity::find().filter(which).filter(is_no_gift()).all(db).await?;
    let purchases: Vec<_> = rows.into_iter().filter(|row| Some(row.id) != but).map(purchase).collect();
    Ok(purchases.iter().collect::<Spent>().taken())
}

/// What an operation is of, and the model it is asked of where its provider has several: "scene 2, kling-2.6".
pub(crate) fn parts_of(operation: &str) -> (&str, Option<&str>) {
    let mut parts = operation.split(", ");
    (parts.next().unwrap_or_default(), parts.next())
}

fn purchase(row: ledger_entry::Model) -> PurchaseView {
    let (what, model) = parts_of(&row.operation);
    let state = match (row.called_off, row.settled_at, row.settled, row.reserved) {
        (_, Some(_), Some(0), Some(0)) => PurchaseState::Free,
        (_, Some(_), Some(0), _) => PurchaseState::NotBilled,
        (true, _, _, _) => PurchaseState::CalledOff,
        (false, None, _, _) => PurchaseState::Open,
        (false, Some(_), None, _) => PurchaseState::Unknown,
        (false, Some(_), Some(_), _) => PurchaseState::Paid,
    };
    PurchaseView {
        generation: row.generation_id.map(GenerationId::from_uuid),
        what: what.to_owned(),
        model: model.map(str::to_owned),
        reserved_usd: row.reserved.map(Usd::from_micros),
        settled_usd: row.settled.map(Usd::from_micros),
        state,
        at: row.created_at,
        settled_at: row.settled_at,
        provider: row.provider,
    }
}
