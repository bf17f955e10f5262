//! What was spent, on what, and how much may be.

use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::{Estimate, GenerationId, GenerationStatus, Price, Usd};

/// What an operator lets be spent; none is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caps {
    /// On one ad.
    pub ad: Option<Usd>,
    /// By one user in a calendar month, UTC.
    pub user_month: Option<Usd>,
}

/// One of the limits that hold for an ad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// The ad's maker set it for this ad.
    Ad,
    /// The operator set it for every ad.
    OperatorsAd,
    /// The user set it for every month.
    Month,
    /// The operator set it for every user's month.
    OperatorsMonth,
}

/// A limit, and what of it is taken: what was paid, and what is reserved and not yet known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    pub limit: Limit,
    pub cap: Usd,
    pub taken: Usd,
}

impl Budget {
    /// Nothing, where more is taken than may be.
    pub fn left(&self) -> Usd {
        self.cap.saturating_sub(self.taken)
    }

    pub fn has_room_for(&self, amount: Usd) -> bool {
        amount <= self.left()
    }

    /// How it may be raised, as the rest of a sentence that ends in "and try again".
    pub const fn remedy(&self) -> &'static str {
        match self.limit {
            Limit::Ad => "Raise this ad's limit on its cost page",
            Limit::OperatorsAd | Limit::OperatorsMonth => "Ask this server's operator for a higher limit",
            Limit::Month => "Raise your monthly limit under Spending",
        }
    }
}

/// "at most $1.00 may be spent on this ad, and $0.70 of it is taken".
impl fmt::Display for Budget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { limit, cap, taken } = self;
        match limit {
            Limit::Ad => write!(f, "at most {cap} may be spent on this ad")?,
            Limit::OperatorsAd => write!(f, "at most {cap} may be spent on one ad here")?,
            Limit::Month => write!(f, "at most {cap} may be spent this month, as you chose")?,
            Limit::OperatorsMonth => write!(f, "at most {cap} may be spent by one user in a month here")?,
        }
        if *taken > Usd::ZERO { write!(f, ", of which {taken} is taken") } else { Ok(()) }
    }
}

/// An operation that was not booked, for it would have passed a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OverBudget {
    pub budget: Budget,
    /// Such as "scene 2, kling-2.6".
    pub operation: String,
    pub price: Price,
}

impl fmt::Display for OverBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { budget, operation, price } = self;
        match price {
            Price::Known(amount) => write!(f, "{operation} costs {amount}, and {budget}"),
            Price::Unknown => write!(f, "{operation} has no known price, and {budget}"),
        }
    }
}

/// What became of a purchase.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PurchaseState {
    /// Settled.
    Paid,
    /// Reserved; whether it is billed is not known yet.
    Open,
    /// The video was cancelled or deleted while it was under way. Its vendor may bill it all the same, so it is
    /// booked.
    CalledOff,
    /// It costs nothing.
    Free,
    /// It was reserved, and not bought.
    NotBilled,
    /// It was billed, and nobody knows how much.
    Unknown,
}

impl PurchaseState {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Open => "open",
            Self::CalledOff => "called_off",
            Self::Free => "free",
            Self::NotBilled => "not_billed",
            Self::Unknown => "unknown",
        }
    }
}

/// One purchase.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PurchaseView {
    /// Null where the video was deleted since.
    pub generation: Option<GenerationId>,
    /// Such as "scene 2", "voice", "specification".
    pub what: String,
    /// Who is paid.
    pub provider: String,
    /// Which of the provider's models, where it has several.
    pub model: Option<String>,
    /// US dollars that were expected; null is unknown.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub reserved_usd: Option<Usd>,
    /// US dollars that were booked; null is unknown, or not known yet.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub settled_usd: Option<Usd>,
    pub state: PurchaseState,
    #[serde(with = "crate::instant")]
    pub at: DateTime<Utc>,
    #[serde(default, with = "crate::instant::option")]
    pub settled_at: Option<DateTime<Utc>>,
}

impl PurchaseView {
    /// The model, or its provider where that is all that is known.
    pub fn maker(&self) -> &str {
        self.model.as_deref().unwrap_or(&self.provider)
    }
}

/// Which purchases.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LedgerQuery {
    /// Of one video.
    pub generation: Option<GenerationId>,
    /// The first day, UTC.
    pub from: Option<NaiveDate>,
    /// The last day, UTC.
    pub to: Option<NaiveDate>,
}

/// A sum of purchases. What is unknown is counted, not added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Spent {
    /// US dollars that were booked.
    #[cfg_attr(feature = "openapi", schema(value_type = f64))]
    pub settled_usd: Usd,
    /// US dollars that are reserved for what is under way.
    #[cfg_attr(feature = "openapi", schema(value_type = f64))]
    pub open_usd: Usd,
    /// How many purchases have no known price.
    pub unknown: u32,
}

impl Spent {
    /// What limits are held against. A bill that nobody knows counts as what was reserved for it.
    pub fn taken(&self) -> Usd {
        self.settled_usd + self.open_usd
    }

    pub fn add(&mut self, purchase: &PurchaseView) {
        match (purchase.settled_at, purchase.settled_usd, purchase.reserved_usd) {
            (Some(_), Some(settled), _) => self.settled_usd = self.settled_usd + settled,
            (Some(_), None, Some(reserved)) => {
                self.settled_usd = self.settled_usd + reserved;
                self.unknown += 1;
            }
            (None, _, Some(reserved)) => self.open_usd = self.open_usd + reserved,
            (_, None, None) | (None, Some(_), None) => self.unknown += 1,
        }
    }
}

impl<'a> FromIterator<&'a PurchaseView> for Spent {
    fn from_iter<I: IntoIterator<Item = &'a PurchaseView>>(purchases: I) -> Self {
        let mut spent = Self::default();
        purchases.into_iter().for_each(|purchase| spent.add(purchase));
        spent
    }
}

/// "$1.40", "$1.05, and $0.35 reserved", "at least $1.05".
impl fmt::Display for Spent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.unknown > 0 {
            f.write_str("at least ")?;
        }
        write!(f, "{}", self.settled_usd)?;
        if self.open_usd > Usd::ZERO { write!(f, ", and {} reserved", self.open_usd) } else { Ok(()) }
    }
}

/// What one ad was to cost and did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CostView {
    pub id: GenerationId,
    pub prompt: String,
    pub status: GenerationStatus,
    /// As it was made before the click; none for ads from before there were estimates.
    pub estimate: Option<Estimate>,
    /// The oldest first.
    pub purchases: Vec<PurchaseView>,
    pub spent: Spent,
    /// The maker's own limit for this ad.
    pub cap: Option<Usd>,
}

/// A calendar month, UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    pub year: i32,
    /// 1-12.
    pub month: u32,
}

impl Month {
    pub fn of(at: DateTime<Utc>) -> Self {
        Self { year: at.year(), month: at.month() }
    }

    /// Its first instant.
    pub fn start(self) -> DateTime<Utc> {
        let first = NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or_default();
        first.and_time(chrono::NaiveTime::MIN).and_utc()
    }

    #[must_use]
    pub fn before(self) -> Self {
        match self.month {
            1 => Self { year: self.year - 1, month: 12 },
            month => Self { month: month - 1, ..self },
        }
    }
}

/// "November 2026".
impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        let name = NAMES.get(self.month.wrapping_sub(1) as usize).copied().unwrap_or_default();
        write!(f, "{name} {}", self.year)
    }
}

/// What the finished ads of one model were to cost, and did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelSpending {
    pub model: String,
    /// Purchases that were not free.
    pub purchases: u32,
    pub spent: Spent,
    /// Finished ads whose estimate has both ends, what they were to cost at least and at most, and what they did.
    pub ads: u32,
    pub estimated_low: Usd,
    pub estimated_high: Usd,
    pub actual: Usd,
}

/// One user's money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpendingView {
    pub month: Month,
    pub spent: Spent,
    /// The limits of the month, the user's own first.
    pub budgets: Vec<Budget>,
    pub own_cap: Option<Usd>,
    /// The newest first, without the present one; months without a purchase are not in it.
    pub months: Vec<(Month, Spent)>,
    pub models: Vec<ModelSpending>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_follow_the_calendar() {
        let month = |text: &str| Month::of(text.parse().unwrap());
        let november = month("2026-11-30T23:59:59Z");
        assert_eq!(november.start().to_rfc3339(), "2026-11-01T00:00:00+00:00");
        assert_eq!(november.to_string(), "November 2026");
        assert_eq!(month("2026-01-01T00:00:00Z").before(), month("2025-12-31T23:59:59Z"));
        assert!(november > month("2025-12-01T00:00:00Z"));
    }

    #[test]
    fn a_budget_says_what_is_left_and_what_to_do() {
        let budget =
            |limit, cap, taken| Budget { limit, cap: Usd::from_micros(cap), taken: Usd::from_micros(taken) };
        let ad = budget(Limit::Ad, 1_000_000, 700_000);
        assert_eq!(ad.to_string(), "at most $1.00 may be spent on this ad, of which $0.70 is taken");
        assert!(ad.has_room_for(Usd::from_micros(300_000)) && !ad.has_room_for(Usd::from_micros(300_001)));
        assert_eq!(budget(Limit::Month, 1, 5).left(), Usd::ZERO, "a limit that was lowered");
        let over = OverBudget { budget: ad, operation: "scene 2".into(), price: Price::Unknown };
        assert!(over.to_string().contains("no known price"), "{over}");
    }

    #[test]
    fn sums_keep_what_is_unknown_apart() {
        let at = DateTime::<Utc>::UNIX_EPOCH;
        let of = |reserved: Option<i64>, settled: Option<Option<i64>>| PurchaseView {
            generation: None,
            what: "scene 1".into(),
            provider: "replicate".into(),
            model: None,
            reserved_usd: reserved.map(Usd::from_micros),
            settled_usd: settled.flatten().map(Usd::from_micros),
            state: PurchaseState::Paid,
            at,
            settled_at: settled.map(|_| at),
        };
        let sum = |purchases: &[PurchaseView]| {
            let spent: Spent = purchases.iter().collect();
            (spent.settled_usd.micros(), spent.open_usd.micros(), spent.unknown)
        };
        assert_eq!(sum(&[]), (0, 0, 0));
        assert_eq!(sum(&[of(Some(5), Some(Some(4))), of(Some(3), None)]), (4, 3, 0));
        assert_eq!(sum(&[of(Some(5), Some(None))]), (5, 0, 1), "at what was reserved for it");
        assert_eq!(sum(&[of(None, None), of(None, Some(Some(2)))]), (2, 0, 1));
    }
}
