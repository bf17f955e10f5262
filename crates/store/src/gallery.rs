//! A user's list of generations: searched, filtered, in any of its orders, page by page.
//!
//! Each order has an index that begins with the user and ends with what the list is filtered by, so that a page costs
//! what is on it, however many videos there are, and counting them reads no row. A page begins where another ended,
//! by a cursor, or at a number; the first neither skips nor repeats anything while videos come and go.

use admint_domain::{
    Cursor, FRAME_RATE, GenerationId, GenerationQuery, GenerationSort, GenerationView, Page, PageDirection,
    UserId,
};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, ExprTrait, IdenStatic, Iterable, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select, Value,
    sea_query::{Alias, Expr, LikeExpr, Order, SimpleExpr},
};

use uuid::Uuid;

use crate::{Store, StoreError, entity::generation, generations::view, search};

/// Columns that the database keeps itself, for the orders alone.
const LENGTH_KEY: &str = "length_key";
const COST_KEY: &str = "cost_key";

impl Store {
    /// One page of the list, without scenes. A query that was not validated gets the nearest valid page.
    pub async fn generations_page(
        &self,
        user: UserId,
        query: &GenerationQuery,
    ) -> Result<Page<GenerationView>, StoreError> {
        let per_page = query
            .per_page
            .unwrap_or(GenerationQuery::DEFAULT_PER_PAGE)
            .clamp(1, GenerationQuery::MAX_PER_PAGE);
        let place = query.place().ok().flatten();
        let number = match place {
            Some(_) => None,
            None => Some(query.page.filter(|page| *page > 0).unwrap_or(1)),
        };
        let sort = query.sort.unwrap_or_default();
        // One more than fits tells whether there are more.
        let select = ordered(user, query, place).limit(u64::from(per_page) + 1);
        let select = match number {
            Some(number) => select.offset(u64::from(number - 1) * u64::from(per_page)),
            None => select,
        };
        // Counting a large gallery takes longer than reading a page of it.
        let (total, rows) = tokio::join!(
            self.count_generations(user, query),
            without_what_no_list_shows(select).all(self.reader())
        );
        let (total, mut rows) = (total?, rows?);
        let more = rows.len() > per_page as usize;
        rows.truncate(per_page as usize);
        let is_backward = place.is_some_and(|place| place.direction == PageDirection::Previous);
        if is_backward {
            rows.reverse();
        }
        let cursor = |row: Option<&generation::Model>, direction| match (row, place) {
            (Some(row), _) => Some(cursor(sort, direction, row)),
            // The way back from a page that has lost all its rows includes the row that it was to begin behind.
            (None, place) => place.map(|place| including(Cursor { direction, ..place })),
        };
        let (before, after) =
            (cursor(rows.first(), PageDirection::Previous), cursor(rows.last(), PageDirection::Next));
        let (has_before, has_after) = match (place, number) {
            (Some(_), _) if is_backward => (more, self.any(user, query, after).await?),
            (Some(_), _) => (self.any(user, query, before).await?, more),
            (None, number) => (number.is_some_and(|number| number > 1) && total > 0, more),
        };
        let mut files = self.shown_files(&rows).await?;
        let items = rows
            .into_iter()
            .map(|row| {
                let files = files.remove(&row.id).unwrap_or_default();
                view(row, files, Vec::new())
            })
            .collect::<Result<_, _>>()?;
        let told =
            |there: bool, cursor: Option<Cursor>| cursor.filter(|_| there).map(|cursor| cursor.to_string());
        Ok(Page {
            items,
            total,
            page: number,
            per_page,
            next: told(has_after, after),
            previous: told(has_before, before),
        })
    }

    /// How many there are on all pages.
    pub async fn count_generations(&self, user: UserId, query: &GenerationQuery) -> Result<u64, StoreError> {
        Ok(matching(user, query).count(self.reader()).await?)
    }

    async fn any(
        &self,
        user: UserId,
        query: &GenerationQuery,
        place: Option<Cursor>,
    ) -> Result<bool, StoreError> {
        if place.is_none() {
            return Ok(false);
        }
        let first = ordered(user, query, place)
            .select_only()
            .column(generation::Column::Id)
            .into_tuple::<Uuid>()
            .one(self.reader())
            .await?;
        Ok(first.is_some())
    }
}

/// Plans and estimates are the largest part of a row.
fn without_what_no_list_shows(select: Select<generation::Entity>) -> Select<generation::Entity> {
    generation::Column::iter().fold(select.select_only(), |select, column| match column {
        generation::Column::Plan | generation::Column::Estimate => {
            select.expr_as(Expr::cust("NULL"), column.as_str())
        }
        column => select.column(column),
    })
}

pub(crate) fn matching(user: UserId, query: &GenerationQuery) -> Select<generation::Entity> {
    let mut select = generation::Entity::find()
        .filter(generation::Column::UserId.eq(user.uuid()))
        .filter(generation::Column::DeletedAt.is_null());
    if let Some(status) = query.status {
        let statuses = status.statuses().iter().map(|status| status.as_str());
        select = select.filter(generation::Column::Status.is_in(statuses));
    }
    if let Some(pattern) = query.search.as_deref().and_then(search::pattern) {
        let pattern = LikeExpr::new(pattern).escape(search::ESCAPE);
        select = select.filter(Expr::col(generation::Column::PromptSearch).like(pattern));
    }
    select
}

/// All from the place on, in the order in which they lie from it.
pub(crate) fn ordered(
    user: UserId,
    query: &GenerationQuery,
    place: Option<Cursor>,
) -> Select<generation::Entity> {
    let sort = query.sort.unwrap_or_default();
    let is_rising = sort == GenerationSort::Oldest;
    let is_backward = place.is_some_and(|place| place.direction == PageDirection::Previous);
    let is_rising = is_rising != is_backward;
    let mut select = matching(user, query);
    if let Some(place) = place {
        let own = Expr::tuple([key_of(sort), Expr::col(generation::Column::Id)]);
        let other = Expr::tuple([Expr::value(key_value(place)), Expr::value(place.id.uuid())]);
        select = select.filter(if is_rising { own.gt(other) } else { own.lt(other) });
    }
    let order = if is_rising { Order::Asc } else { Order::Desc };
    select.order_by(key_of(sort), order.clone()).order_by(Expr::col(generation::Column::Id), order)
}

fn key_of(sort: GenerationSort) -> SimpleExpr {
    match sort {
        GenerationSort::Newest | GenerationSort::Oldest => Expr::col(generation::Column::CreatedAt),
        GenerationSort::Longest => Expr::col(Alias::new(LENGTH_KEY)),
        GenerationSort::Dearest => Expr::col(Alias::new(COST_KEY)),
    }
}

fn key_value(place: Cursor) -> Value {
    match place.sort {
        GenerationSort::Newest | GenerationSort::Oldest => {
            // A time that no calendar knows is before or after all of them.
            let farthest = if place.key < 0 { DateTime::<Utc>::MIN_UTC } else { DateTime::<Utc>::MAX_UTC };
            DateTime::from_timestamp_micros(place.key).unwrap_or(farthest).into()
        }
        GenerationSort::Longest | GenerationSort::Dearest => place.key.into(),
    }
}

/// The cursor of the page that holds the cursor's own row, too.
fn including(cursor: Cursor) -> Cursor {
    let is_rising = (cursor.sort == GenerationSort::Oldest) == (cursor.direction == PageDirection::Next);
    let id = cursor.id.uuid().as_u128();
    let id = if is_rising { id.saturating_sub(1) } else { id.saturating_add(1) };
    Cursor { id: GenerationId::from_uuid(Uuid::from_u128(id)), ..cursor }
}

fn cursor(sort: GenerationSort, direction: PageDirection, row: &generation::Model) -> Cursor {
    let key = match sort {
        GenerationSort::Newest | GenerationSort::Oldest => row.created_at.timestamp_micros(),
        GenerationSort::Longest => {
            i64::from(row.final_frames.unwrap_or(row.target_seconds * FRAME_RATE as i32))
        }
        GenerationSort::Dearest => row.cost.unwrap_or(-1),
    };
    Cursor { sort, direction, key, id: GenerationId::from_uuid(row.id) }
}
