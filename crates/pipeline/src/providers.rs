//! Who makes an ad's parts, as an operator chooses.

use std::sync::Arc;

use admint_domain::AdOptions;
use admint_providers::{
    ChatConfig, ChatPlanner, ComfyPlace, ComfyUi, Fallback, Limits, Machine, Missing, Model, MusicModel,
    Operation, Planner, ProviderError, Replicate, ReplicateAccess, Studio, VideoModel, VideoModels,
    VideoOutput, VoiceModel, Webhooks,
};
use admint_store::AssetStore;

use crate::pictures::StoredPictures;

/// The model that needs nothing: the embedded engine.
pub const STUDIO: &str = "studio";

/// Who plans, makes the pictures, makes the music and speaks.
#[derive(Clone)]
pub struct Providers {
    pub planner: Arc<dyn Planner>,
    pub video: VideoModels,
    pub music: Arc<dyn MusicModel>,
    pub voice: Arc<dyn VoiceModel>,
}

impl Providers {
    /// The embedded engine for everything. It finds users' pictures in `assets`.
    pub fn studio(assets: &AssetStore) -> Self {
        let studio = Arc::new(Studio::new(Arc::new(StoredPictures(assets.clone()))));
        let video = VideoModels::new(studio.clone());
        Self { planner: studio.clone(), video, music: studio.clone(), voice: studio }
    }

    /// Language models plan, Anthropic's before OpenAI's (or whoever speaks like it); the planner that was there
    /// before answers where neither does.
    pub fn with_chat(
        self,
        anthropic: Option<ChatConfig>,
        openai: Option<ChatConfig>,
    ) -> Result<Self, ProviderError> {
        let anthropic = anthropic.map(ChatPlanner::anthropic).transpose()?;
        let openai = openai.map(ChatPlanner::openai).transpose()?;
        let chat =
            [anthropic, openai].into_iter().flatten().map(|planner| Arc::new(planner) as Arc<dyn Planner>);
        let mut planners = chat.chain([self.planner.clone()]);
        let first = planners.next().expect("there is one at least");
        let others: Vec<_> = planners.collect();
        let planner = if others.is_empty() { first } else { Arc::new(Fallback::new(first, others)) };
        Ok(Self { planner, ..self })
    }

    /// The same, and models at Replicate are there for whoever names them and for what they began. Who else is asked
    /// says [`Providers::asking`]. With `webhooks` they call when they are done. The error says what is wrong with the access or a model.
    pub fn with_replicate(
        self,
        access: ReplicateAccess,
        models: impl IntoIterator<Item = Model>,
        limits: Limits,
        assets: &AssetStore,
        webhooks: Option<Arc<Webhooks>>,
    ) -> Result<Self, String> {
        let pictures = Arc::new(StoredPictures(assets.clone()));
        let replicate = Replicate::all(access, models, pictures, limits, webhooks)?;
        let replicate = replicate.into_iter().map(|model| Arc::new(model) as Arc<dyn VideoModel>);
        Ok(Self { video: self.video.knowing(replicate), ..self })
    }

    /// The same, with the clips by these models: the first of them that makes one. The error is a name that none has.
    pub fn asking(self, models: &[impl AsRef<str>]) -> Result<Self, String> {
        let find = |model: &str| self.video.find(model).ok_or_else(|| model.to_owned());
        let asked = models.iter().map(|model| find(model.as_ref())).collect::<Result<Vec<_>, _>>()?;
        let video = self.video.clone().asking(asked);
        Ok(Self { video, ..self })
    }

    /// The same, and workflows at a ComfyUI of one's own are there for whoever names them.
    pub fn with_comfyui(
        self,
        place: &ComfyPlace,
        models: impl IntoIterator<Item = Model>,
        limits: Limits,
        assets: &AssetStore,
    ) -> Result<Self, String> {
        let pictures = Arc::new(StoredPictures(assets.clone()));
        let comfyui = ComfyUi::all(place, models, pictures, limits)?;
        let comfyui = comfyui.into_iter().map(|model| Arc::new(model) as Arc<dyn VideoModel>);
        Ok(Self { video: self.video.knowing(comfyui), ..self })
    }

    /// How patient a ComfyUI of one's own wants us to be.
    pub fn comfyui_limits() -> Limits {
        ComfyUi::limits()
    }

    /// Which ComfyUI answers, and what it lacks of what the models' workflows want.
    pub async fn comfyui_machine(
        place: &ComfyPlace,
        models: &[Model],
    ) -> Result<(Machine, Vec<Missing>), ProviderError> {
        let machine = ComfyUi::machine(place).await?;
        let mut missing = Vec::new();
        for model in models {
            for lack in ComfyUi::missing(place, model).await? {
                if !missing.contains(&lack) {
                    missing.push(lack);
                }
            }
        }
        Ok((machine, missing))
    }

    /// Who makes an ad's clips: the first that is asked, and who is asked after it. An animatic's clips are Studio's.
    pub fn video_for(&self, options: &AdOptions) -> Vec<Arc<dyn VideoModel>> {
        match self.video.find(STUDIO).filter(|_| options.animatic) {
            Some(studio) => vec![studio],
            None => self.video.chain(options.model.as_deref()),
        }
    }

    /// Waits for the operation's end, with whoever began it.
    pub async fn collect(&self, operation: &Operation) -> Result<VideoOutput, ProviderError> {
        self.maker_of(operation)?.collect(operation).await
    }

    /// Tells whoever began the operation that nobody wants its result any more.
    pub async fn cancel(&self, operation: &Operation) -> Result<(), ProviderError> {
        self.maker_of(operation)?.cancel(operation).await
    }

    /// Whoever began the operation.
    pub fn maker_of(&self, operation: &Operation) -> Result<Arc<dyn VideoModel>, ProviderError> {
        self.video.maker_of(operation).ok_or_else(|| ProviderError::UnknownOperation {
            provider: "this installation",
            handle: format!("of {}", operation.provider),
        })
    }

    /// Whose account it is, if Replicate answers and knows the token.
    pub async fn replicate_account(access: ReplicateAccess) -> Result<String, ProviderError> {
        Replicate::account(access).await
    }
}
