//! One video from prompt to file, as requests ask for it and as pages and API show it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    AppError, ArtDirection, AspectRatio, Framework, GenerationId, GenerationStatus, PictureId, ProductPhoto,
    Prompt, SceneLayout, SceneRole, TargetDuration, Usd,
};

/// A request for a new ad, as it comes in.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateGeneration {
    /// 10-500 characters: the product, whom it is for, what is good about it.
    pub prompt: String,
    #[serde(default)]
    pub aspect_ratio: Option<AspectRatio>,
    /// 9-30; 15 if left out.
    #[serde(default)]
    pub duration_seconds: Option<u32>,
    /// The same prompt, settings and seed give the same ad; another seed another one.
    #[serde(default)]
    pub seed: Option<u32>,
    /// How it is to look; the planner chooses by product and tone if left out.
    #[serde(default)]
    pub art_direction: Option<ArtDirection>,
    /// An uploaded picture of the product, to be the hero.
    #[serde(default)]
    pub photo: Option<PictureId>,
    /// An uploaded logo, for the corner and the end card.
    #[serde(default)]
    pub logo: Option<PictureId>,
    /// Whether a voice speaks the ad's words over the music. English only, so far.
    #[serde(default)]
    pub voice: bool,
    /// Whether what the voice says is also written into the picture. Takes a voice.
    #[serde(default)]
    pub captions: bool,
    /// The model that makes the clips, by its name in the list of models; `studio` draws them, for nothing. The
    /// installation's own choice if left out.
    #[serde(default)]
    pub model: Option<String>,
    /// Whether Studio first draws the whole ad, for nothing, to be looked at and changed before a model is paid.
    #[serde(default)]
    pub animatic: bool,
    /// The most that may be spent on this ad, in US dollars.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub max_cost_usd: Option<Usd>,
}

impl CreateGeneration {
    /// `fresh_seed` is used when the request names none. Whether its pictures exist is the store's to say;
    /// who knows that fills in the photo's colours.
    pub fn validate(&self, fresh_seed: u32) -> Result<Brief, AppError> {
        if self.captions && !self.voice {
            return Err(AppError::invalid(
                "captions",
                "Captions in the picture write what a voice says. Ask for the voice, too.",
            ));
        }
        if self.max_cost_usd.is_some_and(|most| !(0..=1_000_000_000_000).contains(&most.micros())) {
            let message = "The most that may be spent is from $0.00 to $1000000.00.";
            return Err(AppError::invalid("max_cost_usd", message));
        }
        Ok(Brief {
            prompt: Prompt::parse(&self.prompt)?,
            aspect: self.aspect_ratio.unwrap_or_default(),
            duration: match self.duration_seconds {
                Some(seconds) => TargetDuration::parse(seconds)?,
                None => TargetDuration::DEFAULT,
            },
            seed: self.seed.unwrap_or(fresh_seed),
            options: AdOptions {
                art_direction: self.art_direction,
                photo: self.photo.map(|id| ProductPhoto { id, colors: Vec::new() }),
                logo: self.logo,
                voice: self.voice,
                captions: self.captions,
                model: self.model.clone(),
                animatic: self.animatic,
                max_cost: self.max_cost_usd,
            },
        })
    }
}

/// A request that can be worked on: everything a planner starts from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brief {
    pub prompt: Prompt,
    pub aspect: AspectRatio,
    pub duration: TargetDuration,
    pub seed: u32,
    #[serde(default)]
    pub options: AdOptions,
}

/// Wishes beside the prompt; what is left out is the planner's to decide.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AdOptions {
    pub art_direction: Option<ArtDirection>,
    pub photo: Option<ProductPhoto>,
    pub logo: Option<PictureId>,
    /// Somebody speaks the ad's words.
    pub voice: bool,
    /// What is said is also written into the picture.
    pub captions: bool,
    /// Who makes the clips; the installation's own choice if left out.
    pub model: Option<String>,
    /// Studio draws the clips until the ad's maker has seen them and wants a model's.
    pub animatic: bool,
    /// Nothing is bought that would cost more, all in all.
    pub max_cost: Option<Usd>,
}

/// The answer to [`CreateGeneration`].
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Created {
    pub id: GenerationId,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct GenerationView {
    pub id: GenerationId,
    /// What its maker calls it; by its prompt if `null`.
    #[serde(default)]
    pub title: Option<String>,
    pub prompt: String,
    pub status: GenerationStatus,
    /// 0-100.
    pub progress: u8,
    pub current_step: String,
    /// Seconds until it is done, by what videos took here before. `null` where that cannot be told, in lists, and of
    /// what is not being made.
    #[serde(default)]
    pub ready_in_seconds: Option<f64>,
    pub framework: Option<Framework>,
    /// Why the planner chose the framework.
    pub framework_reason: Option<String>,
    pub num_scenes: u32,
    /// In order; empty in lists and until they are planned.
    pub scenes: Vec<SceneView>,
    /// The finished video's length; before that, the length asked for.
    pub duration_seconds: f64,
    pub aspect_ratio: AspectRatio,
    pub seed: u32,
    /// The one asked for, or the planner's choice once there is one.
    pub art_direction: Option<ArtDirection>,
    /// The product's photo, where the maker brought one.
    pub photo: Option<PictureId>,
    pub logo: Option<PictureId>,
    /// A voice was asked for.
    pub voice: bool,
    /// Captions in the picture were asked for.
    pub captions: bool,
    /// The model that was asked for, if one was.
    #[serde(default)]
    pub model: Option<String>,
    /// It was to be drawn for nothing first.
    #[serde(default)]
    pub animatic: bool,
    /// The most that may be spent on it, in US dollars.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub max_cost_usd: Option<Usd>,
    /// US dollars booked so far; `null` while a price is unknown.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<f64>))]
    pub cost_usd: Option<Usd>,
    /// Why it failed, and what to do.
    pub error: Option<String>,
    /// What is missing from the finished ad, and why.
    pub left_out: Vec<String>,
    pub video_url: Option<String>,
    pub thumbnail_url: Option<String>,
    #[serde(with = "crate::instant")]
    pub created_at: DateTime<Utc>,
    #[serde(default, with = "crate::instant::option")]
    pub completed_at: Option<DateTime<Utc>>,
}

impl GenerationView {
    /// What to call it.
    pub fn name(&self) -> &str {
        self.title.as_deref().unwrap_or(&self.prompt)
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SceneView {
    /// From 0.
    pub index: u32,
    pub role: SceneRole,
    pub layout: SceneLayout,
    pub visual_prompt: String,
    /// The scene's words, in reading order.
    pub texts: Vec<String>,
    pub duration_seconds: f64,
    /// The model that made its clip, by its name in the list of models; `null` until there is one.
    #[serde(default)]
    // The page in the browser does not show it, and has no room for what would read it.
    #[cfg_attr(target_arch = "wasm32", serde(skip_deserializing))]
    pub made_by: Option<String>,
    /// A picture of it, as soon as it is planned or drawn.
    #[serde(default)]
    pub still_url: Option<String>,
}

/// Filters and page of a list of generations, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct GenerationQuery {
    /// Case-insensitive part of the prompt.
    pub search: Option<String>,
    pub status: Option<StatusFilter>,
    /// From 1.
    pub page: Option<u32>,
    /// 1-100; 20 if left out.
    pub per_page: Option<u32>,
}

impl GenerationQuery {
    pub const DEFAULT_PER_PAGE: u32 = 20;
    pub const MAX_PER_PAGE: u32 = 100;

    pub fn validate(&self) -> Result<(), AppError> {
        if self.page == Some(0) {
            return Err(AppError::invalid("page", "Pages count from 1."));
        }
        if self.per_page.is_some_and(|n| !(1..=Self::MAX_PER_PAGE).contains(&n)) {
            return Err(AppError::invalid("per_page", "Ask for 1 to 100 videos a page."));
        }
        if self.search.as_ref().is_some_and(|search| search.chars().count() > Prompt::MAX_CHARS) {
            return Err(AppError::invalid("search", "Search for at most 500 characters."));
        }
        Ok(())
    }
}

/// A status as people filter by it: `processing` means queued or running.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum StatusFilter {
    Processing,
    Queued,
    Running,
    Completed,
    Failed,
    Cancelled,
}

impl StatusFilter {
    pub const fn statuses(self) -> &'static [GenerationStatus] {
        match self {
            Self::Processing => &[GenerationStatus::Queued, GenerationStatus::Running],
            Self::Queued => &[GenerationStatus::Queued],
            Self::Running => &[GenerationStatus::Running],
            Self::Completed => &[GenerationStatus::Completed],
            Self::Failed => &[GenerationStatus::Failed],
            Self::Cancelled => &[GenerationStatus::Cancelled],
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Of all pages.
    pub total: u64,
    /// From 1.
    pub page: u32,
    pub per_page: u32,
}

impl<T> Page<T> {
    pub fn pages(&self) -> u32 {
        u32::try_from(self.total.div_ceil(u64::from(self.per_page.max(1)))).unwrap_or(u32::MAX)
    }
}

/// One line of a generation's story. `seq` rises; it is the server-sent event's id.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProgressEvent {
    pub seq: i64,
    #[serde(with = "crate::instant")]
    pub at: DateTime<Utc>,
    pub status: GenerationStatus,
    /// 0-100.
    pub progress: u8,
    pub current_step: String,
    /// Why it failed, on the last event of a failed one.
    pub error: Option<String>,
    /// Seconds from now until it is done, on the newest event: by what videos took here before, where that can be told.
    #[serde(default)]
    pub ready_in_seconds: Option<f64>,
    /// The scenes, counted from 0, of which there is a picture by now; on the newest event of one under way.
    #[serde(default)]
    pub scene_pictures: Vec<u32>,
}
