//! Which pictures play in a scene.

use admint_domain::{Framework, Rgb, SceneRole};

use super::SceneBrief;
use crate::{Artwork, dice::Dice, planner, sprite::Sprite};

/// A thing to be shown: a packaged illustration, or what the maker photographed.
#[derive(Clone, Debug)]
pub enum Subject {
    Illustration(String),
    Photo(Artwork),
}

impl Subject {
    /// In the middle of a square of `size` pixels. An illustration takes on a shade of `tint`; where it is
    /// missing there is a shape in `stand_in`.
    pub fn sprite(&self, size: u16, stand_in: Rgb, tint: Rgb) -> Sprite {
        match self {
            Self::Illustration(name) => Sprite::illustration(name, size, stand_in).tinted(tint),
            Self::Photo(artwork) => artwork.square(size),
        }
    }

    /// The mean colour of what can be seen.
    pub fn color(&self, tint: Rgb) -> Rgb {
        let sprite = self.sprite(40, tint, tint);
        let sums = sprite.pixmap.data().iter().fold([0u64; 4], |sums, pixel| {
            let channels = [pixel.r, pixel.g, pixel.b, pixel.a];
            std::array::from_fn(|index| sums[index] + u64::from(channels[index]))
        });
        let [r, g, b, a] = sums;
        // The channels are multiplied by alpha, so their sums over alpha's are the mean.
        let mean = |sum: u64| (sum * 255 / a.max(1)).min(255) as u8;
        Rgb(mean(r), mean(g), mean(b))
    }

    /// How far below the square's middle the thing ends, as a share of the square.
    pub fn foot(&self) -> f64 {
        match self {
            Self::Illustration(_) => Self::ILLUSTRATIONS_FOOT,
            Self::Photo(artwork) => artwork.foot(),
        }
    }

    /// Built on the ground: it never leans.
    pub fn is_upright(&self) -> bool {
        const BUILT: [&str; 12] = [
            "bank",
            "building-construction",
            "convenience-store",
            "factory",
            "hospital",
            "hotel",
            "house",
            "house-with-garden",
            "houses",
            "office-building",
            "school",
            "deciduous-tree",
        ];
        matches!(self, Self::Illustration(name) if BUILT.contains(&name.as_str()))
    }

    pub const ILLUSTRATIONS_FOOT: f64 = 0.475;
}

pub struct Pictures {
    /// What the scene is about: the product or a feeling.
    pub lead: Subject,
    /// The same hero all through the ad.
    pub product: Subject,
    /// How life is without it.
    pub mood: Subject,
    pub props: Vec<Subject>,
    /// The lead is a feeling, not the product.
    pub mood_is_lead: bool,
}

/// The illustrations that a scene may show.
pub fn named_illustrations(brief: &SceneBrief) -> Vec<String> {
    let Pictures { lead, product, mood, props, .. } = Pictures::of(brief);
    let name = |subject| match subject {
        Subject::Illustration(name) => Some(name),
        Subject::Photo(_) => None,
    };
    [lead, product, mood].into_iter().chain(props).filter_map(name).collect()
}

impl Pictures {
    pub fn of(brief: &SceneBrief) -> Self {
        let SceneBrief { spec, seed, photo, .. } = brief;
        let (role, seed) = (brief.scene.role, *seed);
        let mut dice = Dice::new(seed, "pictures");
        let category = planner::category(&spec.category);
        let product = planner::hero_picture(spec)
            .unwrap_or_else(|| dice.pick(category.heroes).copied().unwrap_or("package"));
        let mut props: Vec<&str> = planner::props(spec).into_iter().filter(|prop| *prop != product).collect();
        dice.shuffle(&mut props);
        // An unhappy face is for a problem: "Surfers, meet your match" is none, and "Tired? Now you can
        // sleep" is good news. "Bitter coffee? Enough." is one, still.
        let asks = brief.scene.overlays.iter().any(|copy| {
            let text = copy.text.trim_end();
            let rest = text.rsplit(['?', '\u{ff1f}', '\u{61f}']).next().unwrap_or(text);
            let asks = rest.len() < text.len();
            asks && (rest.is_empty()
                || spec.framework == Framework::Pas && rest.split_whitespace().count() == 1)
        });
        let mood_is_lead = spec.framework != Framework::Aida
            && (role == SceneRole::Agitate || role == SceneRole::Hook && asks);
        let mut scene_dice = brief.dice(role.as_str());
        if props.len() > 3 {
            let turn = scene_dice.below(props.len());
            props.rotate_left(turn);
        }
        // The problem has more than one face.
        let turn = dice.below(category.moods.len()) + usize::from(role == SceneRole::Agitate);
        let mood = category.moods.get(turn % category.moods.len().max(1)).copied().unwrap_or("thinking-face");
        let illustration = |name: &str| Subject::Illustration(name.to_owned());
        let mut props: Vec<Subject> = props.into_iter().map(illustration).collect();
        let product = photo.clone().map_or_else(|| illustration(product), Subject::Photo);
        let mood = illustration(mood);
        if role == SceneRole::Agitate {
            // The product is already in sight.
            props.insert(0, product.clone());
        }
        let lead = if mood_is_lead { mood.clone() } else { product.clone() };
        Self { lead, product, mood, props, mood_is_lead }
    }
}
