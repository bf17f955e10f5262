//! Clips of models at Replicate, by its HTTP API. What a model takes and costs is in the catalogue.
//!
//! A purchase is never made twice. Replicate knows no idempotency key and gives back no mark that one could leave
//! with a prediction; but its listing tells the input of each. So the input is made the purchase's own, by a seed
//! that follows from the key, and where an answer may have got lost the listing is searched for it. Models without
//! a seed are told apart by the time: what was asked since, with this very input. Where that is not enough, nobody
//! guesses: [`ProviderError::Undecided`].
//!
//! Outputs are deleted by Replicate an hour after they were made, inputs too. A prediction that was called off
//! while it ran may be billed.

mod api;

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use admint_domain::{Credit, Frames, Origins, Price};
use async_trait::async_trait;
use base64::{Engine, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use api::{Api, Prediction, Trouble};
pub use api::{Limits, ReplicateAccess};

use crate::{
    IdempotencyKey, Model, ModelKind, Operation, Pictures, ProviderError, VideoCapabilities, VideoModel,
    VideoOutput, VideoRequest, first_frame,
};

const NAME: &str = "replicate";

/// What is never wanted in a clip: words are laid over it later.
const UNWANTED: &str = "words, captions, subtitles, watermark, logo, distorted product, extra fingers";

/// One model at Replicate.
pub struct Replicate {
    api: Arc<Api>,
    model: Model,
    pictures: Arc<dyn Pictures>,
}

/// What an operation is known by. Where its output lies is asked anew each time: addresses expire.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Handle {
    prediction: String,
    /// In the catalogue.
    model: String,
    seconds: u32,
}

impl Replicate {
    /// `pictures` are those that requests name. The error says what is wrong with the access or the model.
    pub fn new(
        access: ReplicateAccess,
        model: Model,
        pictures: Arc<dyn Pictures>,
        limits: Limits,
    ) -> Result<Self, String> {
        if model.provider != NAME || !model.makes_video() {
            return Err(format!("the model `{}` makes no clips at Replicate", model.id));
        }
        Ok(Self { api: Api::new(access, limits)?, model, pictures })
    }

    /// Whose account it is, if Replicate answers and knows the token.
    pub async fn account(access: ReplicateAccess) -> Result<String, ProviderError> {
        let limits = Limits { silence: Duration::from_secs(10), ..Limits::default() };
        let api = Api::new(access, limits);
        api.map_err(|reason| ProviderError::Unauthorized { provider: NAME, reason })?.account().await
    }

    fn unsupported(reason: impl Into<String>) -> ProviderError {
        ProviderError::Unsupported { provider: NAME, reason: reason.into() }
    }

    fn bad_output(reason: impl Into<String>) -> ProviderError {
        ProviderError::BadOutput { provider: NAME, reason: reason.into() }
    }

    fn seconds(&self, request: &VideoRequest) -> u32 {
        self.model.duration_for(request.scene.length)
    }

    /// Everything of the input but pictures: what a listing can be searched for.
    fn input(&self, request: &VideoRequest, key: &IdempotencyKey) -> Map<String, Value> {
        let mapping = &self.model.input;
        let mut input = mapping.fixed.clone();
        let mut set = |field: &Option<String>, value: Value| {
            if let Some(field) = field {
                input.insert(field.clone(), value);
            }
        };
        set(&Some(mapping.prompt.clone()), prompt(request).into());
        set(&mapping.negative_prompt, UNWANTED.into());
        set(&mapping.duration, self.seconds(request).into());
        set(&mapping.aspect_ratio, self.model.ratio_for(request.aspect).into());
        set(&mapping.seed, seed(request, key).into());
        if let Some(resolution) = &self.model.resolution {
            set(&mapping.resolution, resolution.as_str().into());
        }
        input
    }

    /// The photo for the field that takes a first frame, if the model and the ad have one.
    async fn first_frame(&self, request: &VideoRequest) -> Result<Option<(String, Value)>, ProviderError> {
        let photo = match &request.photo {
            Some(photo) if self.model.makes(ModelKind::ImageToVideo) => photo,
            _ if self.model.makes(ModelKind::TextToVideo) => return Ok(None),
            _ => {
                let title = &self.model.title;
                return Err(Self::unsupported(format!(
                    "{title} starts from a picture, and this ad has no photo of the product"
                )));
            }
        };
        let Some(field) = self.model.input.first_frame.clone() else { return Ok(None) };
        let png = self.pictures.read(&photo.key).await?;
        let (framed, aspect, ground) = (photo.framed, request.aspect, request.spec.palette.background);
        let made =
            tokio::task::spawn_blocking(move || first_frame::compose(&png, framed, aspect, ground)).await;
        let made = made.map_err(|panic| panic.to_string()).and_then(|made| made);
        let jpeg = made.map_err(|reason| ProviderError::MissingPicture { key: photo.key.clone(), reason })?;
        let url = format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(jpeg));
        Ok(Some((field, url.into())))
    }

    /// The prediction of this very input that was made since then, unless it came to nothing.
    async fn find(
        &self,
        input: &Map<String, Value>,
        since: SystemTime,
    ) -> Result<Option<Prediction>, ProviderError> {
        let since = since.checked_sub(self.api.limits.clocks).unwrap_or(since);
        for look in 0..self.api.limits.looks.max(1) {
            if look > 0 {
                // What was just made may not be on the list yet.
                tokio::time::sleep(self.api.limits.poll.0).await;
            }
            let listed = self.api.predictions_since(since.into()).await.map_err(|error| match error {
                ProviderError::Busy { provider, reason }
                | ProviderError::Unreachable { provider, reason } => {
                    ProviderError::AnswerLost { provider, reason }
                }
                other => other,
            })?;
            if let Some(found) = self.pick(listed, input)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn pick(
        &self,
        listed: Vec<Prediction>,
        input: &Map<String, Value>,
    ) -> Result<Option<Prediction>, ProviderError> {
        let undecided = |reason: String| ProviderError::Undecided { provider: NAME, reason };
        let is_ours = |prediction: &Prediction| match (&self.model.version, &prediction.version) {
            (Some(ours), Some(theirs)) => ours == theirs,
            _ => prediction.model.as_ref().is_none_or(|model| *model == self.model.name),
        };
        let mut candidates: Vec<Prediction> = listed.into_iter().filter(is_ours).collect();
        candidates.retain(|made| !matches!(made.status.as_str(), "failed" | "canceled" | "aborted"));
        let forgotten = candidates.iter().find(|made| made.data_removed);
        let forgotten = forgotten.map(|made| made.id.clone());
        candidates.retain(|made| input.iter().all(|(field, value)| made.input.get(field) == Some(value)));
        match (candidates.len(), forgotten) {
            (0, None) => Ok(None),
            (0, Some(id)) => Err(undecided(format!("its input of {id} is deleted, which may be this one"))),
            (1, _) => Ok(candidates.pop()),
            (count, _) => Err(undecided(format!("{count} of its predictions have this very input"))),
        }
    }

    fn operation(&self, prediction: Prediction, request: &VideoRequest) -> Operation {
        let handle = Handle {
            prediction: prediction.id,
            model: self.model.id.clone(),
            seconds: self.seconds(request),
        };
        Operation {
            provider: NAME.into(),
            model: self.model.id.clone(),
            handle: serde_json::to_value(handle).expect("a handle is plain JSON"),
        }
    }

    fn handle(operation: &Operation) -> Result<Handle, ProviderError> {
        let unknown =
            || ProviderError::UnknownOperation { provider: NAME, handle: operation.handle.to_string() };
        if operation.provider != NAME {
            return Err(unknown());
        }
        serde_json::from_value(operation.handle.clone()).map_err(|_| unknown())
    }

    /// Waits until the prediction has its output; the address of it.
    async fn output(&self, id: &str) -> Result<String, ProviderError> {
        let limits = &self.api.limits;
        let deadline = Instant::now() + limits.prediction;
        let mut pause = limits.poll.0;
        loop {
            let prediction = self.api.prediction(id).await?;
            match prediction.status.as_str() {
                "succeeded" => return address(&prediction),
                "failed" => {
                    let said = prediction.error.as_str().unwrap_or("it does not say why");
                    return Err(Self::bad_output(format!("its prediction failed: {said}")));
                }
                "canceled" | "aborted" => return Err(Self::bad_output("its prediction was called off")),
                _ if Instant::now() + pause >= deadline => {
                    // It may never end; nobody waits for it any more.
                    if let Err(error) = self.api.cancel(id).await {
                        tracing::warn!(%error, prediction = id, "a prediction that hangs was not called off");
                    }
                    let reason = format!("no clip within {} s", limits.prediction.as_secs());
                    return Err(ProviderError::TimedOut { provider: NAME, reason });
                }
                _ => tokio::time::sleep(pause).await,
            }
            pause = pause.mul_f64(1.5).min(limits.poll.1);
        }
    }
}

#[async_trait]
impl VideoModel for Replicate {
    fn name(&self) -> &'static str {
        NAME
    }

    fn model(&self) -> &str {
        &self.model.id
    }

    fn capabilities(&self) -> VideoCapabilities {
        VideoCapabilities {
            image_to_video: self.model.makes(ModelKind::ImageToVideo),
            deterministic: false,
            any_length: false,
            drawn_anew: false,
            made_elsewhere: true,
        }
    }

    fn origins(&self, request: &VideoRequest) -> Origins {
        let Model { title, name, page, .. } = &self.model;
        let credit = Credit {
            name: title.clone(),
            version: self.model.version.clone().unwrap_or_else(|| "the newest at the time".into()),
            licence: "LicenseRef-Vendor-Terms".into(),
            author: name.split('/').next().unwrap_or_default().to_owned(),
            source: page.clone(),
            used_for: "the pictures, made at Replicate".into(),
        };
        let mut left_out = Vec::new();
        let (seconds, length) = (self.seconds(request), request.scene.length);
        if Frames::from_seconds(seconds) < length {
            let scene = request.scene_index + 1;
            left_out.push(format!(
                "The last picture of scene {scene} stands still for a moment: {title} makes {seconds} s at most."
            ));
        }
        if request.photo.is_some() && !self.model.makes(ModelKind::ImageToVideo) {
            left_out.push(format!("The photo is not in the pictures: {title} starts from words alone."));
        }
        Origins { credits: vec![credit], left_out }
    }

    fn price(&self, request: &VideoRequest) -> Price {
        self.model.price_of(self.seconds(request))
    }

    fn priced_on(&self) -> Option<&str> {
        self.model.price.as_ref().map(|rule| rule.date.as_str())
    }

    async fn start(&self, request: &VideoRequest, key: &IdempotencyKey) -> Result<Operation, ProviderError> {
        let mut input = self.input(request, key);
        if let Some(since) = key.may_have_been_asked_since()
            && let Some(found) = self.find(&input, since).await?
        {
            tracing::info!(prediction = found.id, "found what was bought before");
            return Ok(self.operation(found, request));
        }
        let searched = input.clone();
        if let Some((field, picture)) = self.first_frame(request).await? {
            input.insert(field, picture);
        }
        let input = Value::Object(input);
        let (name, version) = (self.model.name.as_str(), self.model.version.as_deref());
        let mut tries = self.api.tries();
        let mut lost_since = None;
        loop {
            let sent = SystemTime::now();
            let trouble = match self.api.create(name, version, &input).await {
                Ok(prediction) => return Ok(self.operation(prediction, request)),
                Err(trouble) => trouble,
            };
            if matches!(trouble, Trouble::Lost(_)) {
                let since = *lost_since.get_or_insert(sent);
                if let Some(found) = self.find(&searched, since).await? {
                    tracing::info!(prediction = found.id, "found what the lost answer was about");
                    return Ok(self.operation(found, request));
                }
            }
            if let Trouble::Refused { .. } = trouble {
                return Err(trouble.into_error());
            }
            tries.again(trouble).await.map_err(|trouble| match (lost_since, trouble.into_error()) {
                // It may yet appear on the list.
                (
                    Some(_),
                    ProviderError::Unreachable { provider, reason }
                    | ProviderError::Busy { provider, reason },
                ) => ProviderError::AnswerLost { provider, reason },
                (_, error) => error,
            })?;
        }
    }

    async fn collect(&self, operation: &Operation) -> Result<VideoOutput, ProviderError> {
        let Handle { prediction, seconds, .. } = Self::handle(operation)?;
        let mut tries = self.api.tries();
        loop {
            // Asked anew each time: an address is good for an hour at most.
            let url = self.output(&prediction).await?;
            let trouble = match self.api.open(&url).await {
                Ok(download) => {
                    return Ok(VideoOutput::Download(crate::Download { seconds: Some(seconds), ..download }));
                }
                Err(trouble) => trouble,
            };
            match trouble {
                Trouble::Refused { status, reason } if matches!(status.as_u16(), 401 | 403 | 404 | 410) => {
                    let reason = format!("its file is not there: {reason}");
                    tries.again(Trouble::Lost(reason)).await.map_err(Trouble::into_error)?;
                }
                Trouble::Refused { reason, .. } => return Err(Self::bad_output(reason)),
                trouble => tries.again(trouble).await.map_err(Trouble::into_error)?,
            }
        }
    }

    async fn cancel(&self, operation: &Operation) -> Result<(), ProviderError> {
        self.api.cancel(&Self::handle(operation)?.prediction).await
    }
}

fn prompt(request: &VideoRequest) -> String {
    let VideoRequest { spec, scene, .. } = request;
    format!(
        "{}. A shot of an advertisement for {}. Steady camera, clean light; no words in the picture.",
        scene.visual_prompt.trim_end_matches('.'),
        spec.product
    )
}

/// From 0 to 2^31 - 1. Another purchase of the same scene has another, so its clip is another and its prediction
/// is told apart.
fn seed(request: &VideoRequest, key: &IdempotencyKey) -> u32 {
    let mut hash = Sha256::new();
    hash.update(request.seed.to_le_bytes());
    hash.update(key.as_str());
    let hash = hash.finalize();
    u32::from_le_bytes([hash[0], hash[1], hash[2], hash[3]]) & 0x7fff_ffff
}

/// Models give a text, or a list of one, or name their file.
fn address(prediction: &Prediction) -> Result<String, ProviderError> {
    let output = match &prediction.output {
        Value::Array(outputs) => outputs.first().unwrap_or(&Value::Null),
        Value::Object(outputs) => outputs.get("video").unwrap_or(&Value::Null),
        other => other,
    };
    match output.as_str() {
        Some(url) if !url.is_empty() => Ok(url.to_owned()),
        _ if prediction.data_removed => {
            Err(Replicate::bad_output("its clip is deleted, an hour after it was made"))
        }
        _ => Err(Replicate::bad_output("its prediction succeeded without a clip")),
    }
}
