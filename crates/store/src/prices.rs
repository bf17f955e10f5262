//! What this installation's own ledger knows of prices, for estimates. It is everybody's ledger: only figures leave
//! it, never whose they are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use admint_domain::{GenerationStatus, Usd};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use crate::{
    AssetKind, Store, StoreError,
    entity::{asset, generation, ledger_entry},
    spending::{is_no_gift, parts_of},
};

/// How many ads are looked at, the newest first.
const ADS: usize = 50;
/// As many rows as that many ads may have.
const ROWS: u64 = 2_000;

/// What the last finished ads with a model's clips tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModelPrices {
    pub ads: u32,
    /// Scenes with a clip by it.
    pub clips: u32,
    /// Of one clip, as far as it is known.
    pub least: Option<Usd>,
    pub most: Option<Usd>,
    /// How many clips were bought for a thousand scenes, in the ad at the ninetieth percentile.
    pub bought_per_thousand: u32,
    /// From the purchase to the clip at hand: the median.
    pub typical_seconds: Option<u32>,
}

/// What the last ads that were planned by somebody tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannerPrices {
    pub ads: u32,
    /// Of both steps together, in the ads at the tenth and at the ninetieth percentile.
    pub low: Option<Usd>,
    pub high: Option<Usd>,
}

impl Store {
    /// `provider` is who is paid, `model` the one of its models.
    pub async fn model_prices(&self, provider: &str, model: &str) -> Result<ModelPrices, StoreError> {
        let rows = self.priced(provider).await?;
        let its = |row: &ledger_entry::Model| match parts_of(&row.operation) {
            (_, Some(named)) => named == model,
            // From before operations named their models: of a provider with one model, it is that one's.
            (_, None) => provider == model,
        };
        let mut ads = BTreeMap::<Uuid, Vec<ledger_entry::Model>>::new();
        for row in rows.into_iter().filter(|row| row.scene_id.is_some() && its(row)) {
            if let Some(id) = row.generation_id {
                ads.entry(id).or_default().push(row);
            }
        }
        let finished = self.finished(ads.keys().copied()).await?;
        let mut prices = ModelPrices::default();
        let (mut rates, mut bought) = (Vec::new(), HashMap::new());
        // Keys sort by age.
        for rows in
            ads.into_iter().rev().filter(|(id, _)| finished.contains(id)).take(ADS).map(|(_, rows)| rows)
        {
            let scenes: BTreeSet<_> = rows.iter().filter_map(|row| row.scene_id).collect();
            prices.ads += 1;
            prices.clips += scenes.len() as u32;
            rates.push((rows.len() * 1000).div_ceil(scenes.len().max(1)) as u32);
            for row in rows {
                if let Some(settled) = row.settled.map(Usd::from_micros) {
                    prices.least = Some(prices.least.map_or(settled, |least| least.min(settled)));
                    prices.most = Some(prices.most.map_or(settled, |most| most.max(settled)));
                }
                if let Some(scene) = row.scene_id {
                    let last = bought.entry(scene).or_insert(row.created_at);
                    *last = row.created_at.max(*last);
                }
            }
        }
        rates.sort_unstable();
        prices.bought_per_thousand = at_percentile(&rates, 90).copied().unwrap_or(1000);
        let clips = asset::Entity::find()
            .filter(asset::Column::SceneId.is_in(bought.keys().copied()))
            .filter(asset::Column::Kind.eq(AssetKind::Clip.as_str()))
            .all(self.reader())
            .await?;
        let took = |clip: asset::Model| {
            let since = bought.get(&clip.scene_id?)?;
            u32::try_from((clip.created_at - *since).num_seconds()).ok()
        };
        let mut took: Vec<u32> = clips.into_iter().filter_map(took).collect();
        took.sort_unstable();
        prices.typical_seconds = at_percentile(&took, 50).copied();
        Ok(prices)
    }

    pub async fn planner_prices(&self, provider: &str) -> Result<PlannerPrices, StoreError> {
        let rows = self.priced(provider).await?;
        // One bill that nobody knows makes its ad's sum unknown.
        let mut ads = BTreeMap::<Uuid, Option<Usd>>::new();
        for row in rows.into_iter().filter(|row| row.scene_id.is_none() && row.settled_at.is_some()) {
            let Some(id) = row.generation_id else { continue };
            let sum = ads.entry(id).or_insert(Some(Usd::ZERO));
            *sum = sum.zip(row.settled.map(Usd::from_micros)).map(|(sum, settled)| sum + settled);
        }
        let finished = self.finished(ads.keys().copied()).await?;
        let ads = ads.into_iter().rev().filter(|(id, _)| finished.contains(id)).take(ADS);
        let mut sums: Vec<Usd> = ads.filter_map(|(_, sum)| sum).collect();
        sums.sort_unstable();
        let at = |percent| at_percentile(&sums, percent).copied();
        Ok(PlannerPrices { ads: sums.len() as u32, low: at(10), high: at(90) })
    }

    /// The newest entries of a provider that were not for nothing.
    async fn priced(&self, provider: &str) -> Result<Vec<ledger_entry::Model>, StoreError> {
        Ok(ledger_entry::Entity::find()
            .filter(ledger_entry::Column::Provider.eq(provider))
            .filter(is_no_gift())
            .order_by_desc(ledger_entry::Column::CreatedAt)
            .limit(ROWS)
            .all(self.reader())
            .await?)
    }

    /// Those of them that have their video.
    async fn finished(&self, ids: impl Iterator<Item = Uuid>) -> Result<BTreeSet<Uuid>, StoreError> {
        let ids: Vec<Uuid> = generation::Entity::find()
            .select_only()
            .column(generation::Column::Id)
            .filter(generation::Column::Id.is_in(ids))
            .filter(generation::Column::Status.eq(GenerationStatus::Completed.as_str()))
            .into_tuple()
            .all(self.reader())
            .await?;
        Ok(ids.into_iter().collect())
    }
}

/// The smallest that is not below `percent` of a hundred of them; they are sorted.
fn at_percentile<T>(sorted: &[T], percent: usize) -> Option<&T> {
    sorted.get((sorted.len() * percent).div_ceil(100).saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_what_was_seen() {
        let check = |count: u32, percent, found| {
            let sorted: Vec<u32> = (1..=count).collect();
            assert_eq!(at_percentile(&sorted, percent).copied(), found);
        };
        check(0, 90, None);
        check(1, 10, Some(1));
        check(10, 90, Some(9));
        check(10, 10, Some(1));
        check(3, 50, Some(2));
        check(50, 90, Some(45));
    }
}
