//! Clips and pictures made on a ComfyUI of one's own, by workflows that are data: `workflows/*.json`, or an operator's own.
//!
//! A prompt is never queued twice. Its id follows from the purchase's key, so one whose answer got lost is asked for
//! by its id; a server too old to take an id of ours gives our mark back in its queue and its history. What neither
//! has is made anew: ComfyUI forgets everything when it is restarted, and then it never ends what it had.
//!
//! The operator's address is the only one that is ever asked.

mod api;
mod images;
mod socket;
mod workflow;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use admint_domain::{AspectRatio, Credit, Origins, Price, Usd};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::time::Instant;

use api::{Api, File, State, into_error};
pub use api::{ComfyAccess, Machine};
pub use images::ComfyImages;
use socket::{Heard, Socket};
use workflow::Workflow;

use crate::{
    Download, IdempotencyKey, Limits, Model, ModelKind, Operation, Pictures, ProviderError,
    VideoCapabilities, VideoModel, VideoOutput, VideoRequest, catalogue::COMFYUI, shot, vendor::Trouble,
};

const NAME: &str = COMFYUI;

/// What ffmpeg reads, in the order of preference.
const CLIPS: [&str; 4] = ["mp4", "webm", "mkv", "mov"];
/// How often a key's earlier prompts may have failed.
const MOST_ATTEMPTS: u32 = 32;
/// How often a prompt is told to stop before it counts as not to be stopped.
const STOPS: u32 = 5;

/// A ComfyUI as its operator knows it.
#[derive(Clone, Debug)]
pub struct ComfyPlace {
    pub access: ComfyAccess,
    /// A folder of workflows, whose files take the place of the packaged ones of the same name.
    pub workflows: Option<PathBuf>,
    /// What a second of a clip costs the operator; nothing on a machine of one's own.
    pub per_second: Usd,
}

/// One workflow at a ComfyUI.
pub struct ComfyUi {
    api: Api,
    model: Model,
    workflow: Workflow,
    pictures: Arc<dyn Pictures>,
    per_second: Usd,
}

/// What an operation is known by.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Handle {
    prompt: String,
    /// Whose socket hears of it.
    client: String,
    /// In the catalogue.
    model: String,
    seconds: u32,
}

/// What a workflow is filled with, beside what the model always has.
struct Filling<'a> {
    prompt: String,
    seed: u32,
    aspect: AspectRatio,
    seconds: u32,
    /// Each with the name of the input that takes it, which is also its option's, and the address.
    pictures: Vec<(&'static str, &'a str, String)>,
}

/// What of a model is not to be had on a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    Node(String),
    /// The node class's field, and the file.
    File(String, String),
}

impl ComfyUi {
    /// The error says what is wrong with the access, the model or the workflow.
    pub fn new(
        place: ComfyPlace,
        model: Model,
        pictures: Arc<dyn Pictures>,
        limits: Limits,
    ) -> Result<Self, String> {
        if model.provider != NAME {
            return Err(format!("the model `{}` is no workflow of ComfyUI", model.id));
        }
        let ComfyPlace { access, workflows, per_second } = place;
        let workflow = workflow_of(&model, workflows.as_deref())?;
        Ok(Self { api: Api::new(access, limits)?, model, workflow, pictures, per_second })
    }

    /// Several at one place. The error says what is wrong with the access, or with which model or workflow.
    pub fn all(
        place: &ComfyPlace,
        models: impl IntoIterator<Item = Model>,
        pictures: Arc<dyn Pictures>,
        limits: Limits,
    ) -> Result<Vec<Self>, String> {
        let of = |model| Self::new(place.clone(), model, pictures.clone(), limits.clone());
        models.into_iter().map(of).collect()
    }

    /// For machines of one's own: a prompt may have others before it for hours, and runs as long as the card takes.
    pub fn limits() -> Limits {
        Limits { prediction: Duration::from_hours(1), queue: Duration::from_hours(6), ..Limits::default() }
    }

    /// Which ComfyUI answers, and on what.
    pub async fn machine(place: &ComfyPlace) -> Result<Machine, ProviderError> {
        Self::api(place)?.machine().await
    }

    /// What the model's workflow wants and the machine does not have.
    pub async fn missing(place: &ComfyPlace, model: &Model) -> Result<Vec<Missing>, ProviderError> {
        let wrong = |reason| ProviderError::Rejected { provider: NAME, status: 400, reason };
        let api = Self::api(place)?;
        let workflow = workflow_of(model, place.workflows.as_deref()).map_err(wrong)?;
        let (mut values, options) = standing(model);
        values.extend(model.input.fixed.iter().map(|(address, value)| (address.as_str(), value.clone())));
        let graph = workflow.fill(&values, &options).map_err(wrong)?;
        let mut missing = Vec::new();
        for (class, fields) in workflow::needs(&graph) {
            // Any field tells whether there is the class.
            if api.choices(&class, "").await?.is_none() {
                missing.push(Missing::Node(class));
                continue;
            }
            for (field, files) in fields {
                let there = api.choices(&class, &field).await?.unwrap_or_default();
                let lacks = |file: &String| !there.is_empty() && !there.contains(file);
                let name = format!("{class}.{field}");
                missing.extend(files.into_iter().filter(lacks).map(|file| Missing::File(name.clone(), file)));
            }
        }
        Ok(missing)
    }

    /// For who only looks.
    fn api(place: &ComfyPlace) -> Result<Api, ProviderError> {
        let limits = Limits { silence: Duration::from_secs(10), ..Limits::default() };
        Api::new(place.access.clone(), limits)
            .map_err(|reason| ProviderError::Unauthorized { provider: NAME, reason })
    }

    fn bad_output(reason: impl Into<String>) -> ProviderError {
        ProviderError::BadOutput { provider: NAME, reason: reason.into() }
    }

    fn seconds(&self, request: &VideoRequest) -> u32 {
        self.model.duration_for(request.scene.length)
    }

    /// Sends a picture there; what to call it.
    async fn upload(&self, jpeg: Vec<u8>) -> Result<String, ProviderError> {
        let mut name: String = Sha256::digest(&jpeg).iter().map(|byte| format!("{byte:02x}")).collect();
        name.truncate(32);
        self.api.upload(&format!("{name}.jpg"), "image/jpeg", jpeg).await
    }

    /// The photo at the first of these inputs that the workflow has.
    async fn photo<'a>(
        &self,
        request: &VideoRequest,
        inputs: [(&'static str, &'a Option<String>); 2],
    ) -> Result<Vec<(&'static str, &'a str, String)>, ProviderError> {
        let taken = inputs.into_iter().find_map(|(name, address)| Some((name, address.as_deref()?)));
        let (Some(photo), Some((name, address))) = (&request.photo, taken) else { return Ok(Vec::new()) };
        let ground = request.spec.palette.background;
        let jpeg = shot::picture(self.pictures.as_ref(), photo, request.aspect, ground).await?;
        Ok(vec![(name, address, self.upload(jpeg).await?)])
    }

    fn graph(&self, filling: Filling<'_>) -> Result<Value, ProviderError> {
        let input = &self.model.input;
        let (mut values, mut options) = standing(&self.model);
        let (width, height) = self.model.size_for(filling.aspect).unzip();
        let (frames, rate) = self.model.frames_for(filling.seconds).unzip();
        let wanted = [
            (&input.negative_prompt, Some(shot::UNWANTED.into())),
            (&input.seed, Some(filling.seed.into())),
            (&input.width, width.map(Value::from)),
            (&input.height, height.map(Value::from)),
            (&input.frames, frames.map(Value::from)),
            (&input.frame_rate, rate.map(Value::from)),
        ];
        values.push((&input.prompt, filling.prompt.into()));
        values.extend(wanted.into_iter().filter_map(|(address, value)| Some((address.as_deref()?, value?))));
        for (option, address, file) in &filling.pictures {
            values.push((address, file.as_str().into()));
            options.insert(option);
        }
        // What the catalogue fixes has the last word.
        values.extend(input.fixed.iter().map(|(address, value)| (address.as_str(), value.clone())));
        self.workflow.fill(&values, &options).map_err(|reason| {
            let reason = format!("its workflow does not fit the catalogue's `{}`: {reason}", self.model.id);
            ProviderError::Rejected { provider: NAME, status: 400, reason }
        })
    }

    /// The prompt of this id, which may have become another's id there.
    async fn locate(&self, id: &str) -> Result<Option<(String, State)>, ProviderError> {
        let looked = async {
            match self.api.state(id).await? {
                State::Gone => self.api.marked(id).await,
                state => Ok(Some((id.to_owned(), state))),
            }
        };
        looked.await.map_err(|error| match error {
            ProviderError::Busy { provider, reason } | ProviderError::Unreachable { provider, reason } => {
                ProviderError::AnswerLost { provider, reason }
            }
            other => other,
        })
    }

    /// The same, after an answer that got lost: the prompt may not be in the queue yet.
    async fn find(&self, id: &str) -> Result<Option<String>, ProviderError> {
        for look in 0..self.api.limits().looks.max(1) {
            if look > 0 {
                tokio::time::sleep(self.api.limits().poll.0).await;
            }
            if let Some((prompt, _)) = self.locate(id).await? {
                return Ok(Some(prompt));
            }
        }
        Ok(None)
    }

    /// Has the graph made, once for each key.
    async fn run(
        &self,
        key: &IdempotencyKey,
        seconds: u32,
        graph: impl Future<Output = Result<Value, ProviderError>> + Send,
    ) -> Result<Operation, ProviderError> {
        let mut id = id_of(key, 0);
        if key.may_have_been_asked_since().is_some() {
            for attempt in 0..MOST_ATTEMPTS {
                id = id_of(key, attempt);
                match self.locate(&id).await? {
                    None => break,
                    // It came to nothing; another is asked for.
                    Some((_, State::Done(entry))) if entry.failure().is_some() => {}
                    Some((prompt, _)) => {
                        tracing::info!(prompt, "found what was queued before");
                        return Ok(self.operation(prompt, id, seconds));
                    }
                }
            }
        }
        let graph = graph.await?;
        let mut tries = self.api.tries();
        let mut is_lost = false;
        loop {
            let trouble = match self.api.queue(&id, &graph).await {
                Ok(prompt) => return Ok(self.operation(prompt, id, seconds)),
                Err(trouble) => trouble,
            };
            if matches!(trouble, Trouble::Lost(_)) {
                is_lost = true;
                if let Some(prompt) = self.find(&id).await? {
                    tracing::info!(prompt, "found what the lost answer was about");
                    return Ok(self.operation(prompt, id, seconds));
                }
            }
            if let Trouble::Refused { .. } = trouble {
                return Err(into_error(trouble));
            }
            tries.again(trouble).await.map_err(|trouble| match into_error(trouble) {
                // It may yet appear in the queue.
                ProviderError::Unreachable { provider, reason }
                | ProviderError::Busy { provider, reason }
                    if is_lost =>
                {
                    ProviderError::AnswerLost { provider, reason }
                }
                error => error,
            })?;
        }
    }

    fn operation(&self, prompt: String, client: String, seconds: u32) -> Operation {
        let handle = Handle { prompt, client, model: self.model.id.clone(), seconds };
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

    /// Waits until the prompt has made its file.
    async fn file(&self, handle: &Handle, endings: &[&str]) -> Result<File, ProviderError> {
        let Handle { prompt, client, .. } = handle;
        let limits = self.api.limits();
        let mut socket = Socket::open(&self.api, client).await;
        let (begin, mut runs_since) = (Instant::now(), None);
        let mut pause = limits.poll.0;
        loop {
            let (deadline, what) = match self.api.state(prompt).await? {
                State::Done(entry) => {
                    if let Some(reason) = entry.failure() {
                        return Err(Self::bad_output(reason));
                    }
                    let missing =
                        || Self::bad_output("its workflow ended without a file of the kind that is wanted");
                    return entry.file(endings).ok_or_else(missing);
                }
                State::Gone => {
                    return Err(Self::bad_output(
                        "it does not know this work any more: it was restarted, or its history was cleared; the \
                         scene can be made again",
                    ));
                }
                State::Pending => (begin + limits.queue, ("was not begun", limits.queue)),
                State::Running => {
                    let since = *runs_since.get_or_insert_with(Instant::now);
                    (since + limits.prediction, ("did not end", limits.prediction))
                }
            };
            let now = Instant::now();
            if now >= deadline {
                if let Err(error) = self.stop(prompt).await {
                    tracing::warn!(%error, prompt, "a prompt that hangs was not stopped");
                }
                let reason = format!("its workflow {} within {} s", what.0, what.1.as_secs());
                return Err(ProviderError::TimedOut { provider: NAME, reason });
            }
            let left = deadline.duration_since(now);
            match &mut socket {
                None => {
                    tokio::time::sleep(pause.min(left)).await;
                    pause = pause.mul_f64(1.5).min(limits.poll.1);
                }
                // With a socket there is time: it says when something happens.
                Some(listening) => {
                    match listening.listen(prompt, pause.min(left)).await {
                        // What it tells of comes into the history a moment later.
                        Heard::News => pause = limits.poll.0,
                        Heard::Silence => pause = pause.mul_f64(2.0).min(limits.silence),
                        Heard::Broken => {
                            tracing::debug!(prompt, "ComfyUI's socket broke; it is asked from time to time");
                            (socket, pause) = (None, limits.poll.0);
                        }
                    }
                }
            }
        }
    }

    /// The file, asked for anew as long as it does not come.
    async fn fetch(&self, handle: &Handle, endings: &[&str]) -> Result<Download, ProviderError> {
        let mut tries = self.api.tries();
        loop {
            let file = self.file(handle, endings).await?;
            match self.api.open(&file).await {
                Ok(download) => return Ok(download),
                Err(Trouble::Refused { status, reason }) if status.as_u16() == 404 => {
                    let reason = format!("its file {} is not there: {reason}", file.filename);
                    return Err(Self::bad_output(reason));
                }
                Err(Trouble::Refused { reason, .. }) => return Err(Self::bad_output(reason)),
                Err(trouble) => tries.again(trouble).await.map_err(into_error)?,
            }
        }
    }

    /// Takes the prompt out of the queue, or interrupts it. Another's that runs is left alone.
    async fn stop(&self, prompt: &str) -> Result<(), ProviderError> {
        for stop in 0..STOPS {
            if stop > 0 {
                // It may have begun in between, and what is interrupted ends at its next step.
                tokio::time::sleep(self.api.limits().poll.0).await;
            }
            match self.api.state(prompt).await? {
                State::Done(_) | State::Gone => return Ok(()),
                State::Pending => self.api.remove(prompt).await?,
                State::Running => {
                    self.api.interrupt(prompt).await?;
                    return Ok(());
                }
            }
        }
        let reason = "what was called off is still in its queue".to_owned();
        Err(ProviderError::Unreachable { provider: NAME, reason })
    }
}

#[async_trait]
impl VideoModel for ComfyUi {
    fn name(&self) -> &'static str {
        NAME
    }

    fn model(&self) -> &str {
        &self.model.id
    }

    fn title(&self) -> &str {
        &self.model.title
    }

    fn capabilities(&self) -> VideoCapabilities {
        VideoCapabilities {
            image_to_video: self.model.makes(ModelKind::ImageToVideo),
            deterministic: false,
            any_length: false,
            drawn_anew: false,
            made_elsewhere: true,
            // It makes one after the other, and keeps the others' prompts in its queue.
            at_once: None,
        }
    }

    fn origins(&self, request: &VideoRequest) -> Origins {
        let input = &self.model.input;
        let takes_photo = input.first_frame.is_some() || input.reference_image.is_some();
        let left_out = shot::left_out(&self.model, request, takes_photo);
        Origins { credits: vec![credit(&self.model)], left_out }
    }

    fn price(&self, request: &VideoRequest) -> Price {
        Price::Known(Usd::from_micros(self.per_second.micros() * i64::from(self.seconds(request))))
    }

    async fn start(&self, request: &VideoRequest, key: &IdempotencyKey) -> Result<Operation, ProviderError> {
        if request.photo.is_none() && !self.model.makes(ModelKind::TextToVideo) {
            let title = &self.model.title;
            return Err(ProviderError::Unsupported {
                provider: NAME,
                reason: format!("{title} starts from a picture, and this ad has no photo of the product"),
            });
        }
        let seconds = self.seconds(request);
        let graph = async {
            let input = &self.model.input;
            let places = [("first_frame", &input.first_frame), ("reference_image", &input.reference_image)];
            self.graph(Filling {
                prompt: shot::prompt(request),
                seed: shot::seed(request.seed, key),
                aspect: request.aspect,
                seconds,
                pictures: self.photo(request, places).await?,
            })
        };
        self.run(key, seconds, graph).await
    }

    async fn collect(&self, operation: &Operation) -> Result<VideoOutput, ProviderError> {
        let handle = Self::handle(operation)?;
        let download = self.fetch(&handle, &CLIPS).await?;
        Ok(VideoOutput::Download(Download { seconds: Some(handle.seconds), ..download }))
    }

    async fn cancel(&self, operation: &Operation) -> Result<(), ProviderError> {
        self.stop(&Self::handle(operation)?.prompt).await
    }
}

fn credit(model: &Model) -> Credit {
    Credit {
        name: model.title.clone(),
        version: "as installed there".into(),
        licence: model.licence.clone().unwrap_or_else(|| "LicenseRef-Vendor-Terms".into()),
        author: model.name.split('/').next().unwrap_or_default().to_owned(),
        source: model.page.clone(),
        used_for: "the pictures, made on a ComfyUI of one's own".into(),
    }
}

/// What goes with every request of a model, and which options that makes.
fn standing(model: &Model) -> (Vec<(&str, Value)>, BTreeSet<&str>) {
    let (mut values, mut options) = (Vec::new(), BTreeSet::new());
    let input = &model.input;
    if let (Some(checkpoint), Some(address)) = (&model.checkpoint, &input.checkpoint) {
        values.push((address.as_str(), Value::from(checkpoint.as_str())));
    }
    if let (Some(lora), Some(address)) = (&model.lora, &input.lora) {
        values.push((address.as_str(), Value::from(lora.name.as_str())));
        values.extend(input.lora_strength.as_deref().map(|address| (address, Value::from(lora.strength))));
        options.insert("lora");
    }
    (values, options)
}

/// The model's workflow, of which every address of the catalogue has been found.
fn workflow_of(model: &Model, folder: Option<&Path>) -> Result<Workflow, String> {
    let name = model.workflow.as_deref().unwrap_or_default();
    let file = folder.map(|folder| folder.join(format!("{name}.json"))).filter(|file| file.is_file());
    let (text, called) = match (&file, Workflow::embedded(name)) {
        (Some(file), _) => {
            let called = file.display().to_string();
            (std::fs::read_to_string(file).map_err(|error| format!("{called}: {error}"))?, called)
        }
        (None, Some(text)) => (text.to_owned(), format!("the packaged workflow {name}")),
        (None, None) => {
            return Err(format!(
                "the model `{}` wants the workflow {name}, which is neither packaged nor in the folder of workflows",
                model.id
            ));
        }
    };
    let wrong = |reason: String| format!("{called}: {reason}");
    let workflow = Workflow::parse(&text).map_err(wrong)?;
    let input = &model.input;
    let named = [
        &input.negative_prompt,
        &input.seed,
        &input.first_frame,
        &input.last_frame,
        &input.width,
        &input.height,
        &input.frames,
        &input.frame_rate,
        &input.checkpoint,
        &input.reference_image,
        &input.control_image,
        &input.lora,
        &input.lora_strength,
    ];
    let addresses = named.into_iter().flatten().chain([&input.prompt]).chain(input.fixed.keys());
    for address in addresses {
        workflow.check(address).map_err(|reason| wrong(format!("{reason} (the model `{}`)", model.id)))?;
    }
    Ok(workflow)
}

/// The id of a key's prompt: the same for the same key and attempt, whoever asks.
fn id_of(key: &IdempotencyKey, attempt: u32) -> String {
    let mut hash = Sha256::new();
    hash.update(key.as_str());
    hash.update(attempt.to_le_bytes());
    let hash = hash.finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

impl std::fmt::Display for Missing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Node(class) => write!(f, "the node {class}"),
            Self::File(field, file) => write!(f, "{file} ({field})"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;
    use crate::Catalogue;

    #[test]
    fn every_packaged_model_fits_its_packaged_workflow() {
        let catalogue = Catalogue::embedded();
        let workflows: Vec<&Model> =
            catalogue.models().iter().filter(|model| model.provider == NAME).collect();
        assert!(workflows.len() >= 4);
        for model in workflows {
            workflow_of(model, None).unwrap();
        }
    }

    #[test]
    fn an_operators_workflow_takes_the_packaged_ones_place_and_its_mistakes_name_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let model = Catalogue::embedded().model("comfy-wan-2.2-5b").unwrap().clone();
        workflow_of(&model, Some(folder.path())).unwrap();
        std::fs::write(folder.path().join("wan-2.2-5b.json"), r#"{ "1": { "class_type": "A" } }"#).unwrap();
        let error = workflow_of(&model, Some(folder.path())).unwrap_err();
        assert!(error.contains("wan-2.2-5b.json") && error.contains("Negative prompt.text"), "{error}");
        let unknown = Model { workflow: Some("mine".into()), ..model };
        let error = workflow_of(&unknown, Some(folder.path())).unwrap_err();
        assert!(error.contains("mine") && error.contains("comfy-wan-2.2-5b"), "{error}");
    }

    #[test]
    fn a_keys_prompt_has_the_same_id_wherever_it_is_asked_for() {
        let key = |name: &str| IdempotencyKey::new(name);
        assert_eq!(id_of(&key("a"), 0), id_of(&key("a").asked_since(SystemTime::now()), 0));
        assert_ne!(id_of(&key("a"), 0), id_of(&key("b"), 0));
        assert_ne!(id_of(&key("a"), 0), id_of(&key("a"), 1));
    }
}
