//! Which illustrations play in a scene.

use admint_domain::{AdSpec, Framework, SceneRole};

use crate::{dice::Dice, planner};

pub struct Pictures {
    /// What the scene is about: the product or a feeling.
    pub lead: String,
    /// The same hero all through the ad.
    pub product: String,
    /// How life is without it.
    pub mood: String,
    pub props: Vec<String>,
    /// The lead is a feeling, not the product.
    pub mood_is_lead: bool,
}

impl Pictures {
    pub fn of(spec: &AdSpec, role: SceneRole, seed: u32) -> Self {
        let mut dice = Dice::new(seed, "pictures");
        let category = planner::category(&spec.category);
        let product = planner::hero_picture(spec)
            .unwrap_or_else(|| dice.pick(category.heroes).copied().unwrap_or("package"));
        let mut props: Vec<&str> = category.props.iter().copied().filter(|prop| *prop != product).collect();
        dice.shuffle(&mut props);
        let mood_is_lead =
            matches!(role, SceneRole::Hook | SceneRole::Agitate) && spec.framework != Framework::Aida;
        let mut scene_dice = Dice::new(seed, role.as_str());
        if props.len() > 3 {
            let turn = scene_dice.below(props.len());
            props.rotate_left(turn);
        }
        // The problem has more than one face.
        let turn = dice.below(category.moods.len()) + usize::from(role == SceneRole::Agitate);
        let mood = category.moods.get(turn % category.moods.len().max(1)).copied().unwrap_or("thinking-face");
        let mut props: Vec<String> = props.into_iter().map(String::from).collect();
        if role == SceneRole::Agitate {
            // The product is already in sight.
            props.insert(0, product.to_owned());
        }
        Self {
            lead: if mood_is_lead { mood } else { product }.to_owned(),
            product: product.to_owned(),
            mood: mood.to_owned(),
            props,
            mood_is_lead,
        }
    }
}
