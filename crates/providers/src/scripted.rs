//! An adapter that does what a script says: plain moving colours, and the faults of a bad day.
//!
//! Tests use it, and it ships like the others, because it passes the same suite. It draws real
//! frames and real samples; it only does not try to please.

use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use admint_domain::{
    AdSpec, ArtDirection, Brief, Frames, Framework, Origins, OverlayCopy, OverlayRole, Palette, PlannedScene,
    Price, Resolution, Rgb, SceneLayout, ScenePlan, SceneRole, TextPlacement, Tone, Usd,
};
use admint_timeline::{Caption, SpokenLine};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{
    Failure, FrameSource, IdempotencyKey, MusicModel, MusicRequest, Narration, Operation, Planned, Planner,
    ProviderError, Purchase, SAMPLE_RATE, Soundtrack, VideoCapabilities, VideoModel, VideoOutput,
    VideoRequest, VoiceModel, VoiceRequest, books::Books,
};

/// What goes wrong once, at a scene's next try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    StartFails,
    CollectFails,
    /// The drawing panics in the middle of the clip.
    DrawPanics,
    /// [`VideoModel::collect`] never answers; only a cancel ends it.
    Hangs,
}

/// See the module's description.
#[derive(Clone, Default)]
pub struct Scripted {
    faults: Arc<Mutex<HashMap<u32, VecDeque<Fault>>>>,
    books: Books,
    drawn: Arc<Mutex<Drawn>>,
    price: Option<Usd>,
    elsewhere: Option<usize>,
}

const NAME: &str = "scripted";

/// What an operation is known by.
#[derive(Serialize, Deserialize)]
struct Handle {
    key: String,
    request: VideoRequest,
}

impl Scripted {
    /// Every operation costs this much.
    pub fn with_price(mut self, price: Usd) -> Self {
        self.price = Some(price);
        self
    }

    /// Its clips are made as at a vendor that makes so many at a time.
    pub fn made_elsewhere(mut self, at_once: usize) -> Self {
        self.elsewhere = Some(at_once);
        self
    }

    /// Adds a fault to the scene counted from 0; faults strike once each, in order.
    pub fn with_fault(self, scene: u32, fault: Fault) -> Self {
        self.lock().entry(scene).or_default().push_back(fault);
        self
    }

    /// What it sells is written to this file, where another process's adapter finds it.
    pub fn with_books(mut self, file: impl Into<PathBuf>) -> Self {
        self.books = Books::in_file(file.into());
        self
    }

    /// What was bought, ever.
    pub fn purchases(&self) -> Vec<Purchase> {
        self.books.purchases()
    }

    /// How many scenes were bought.
    pub fn started(&self) -> usize {
        self.purchases().iter().filter(|purchase| purchase.what.starts_with("scene")).count()
    }

    /// How many operations were called off.
    pub fn cancelled(&self) -> usize {
        self.purchases().iter().filter(|purchase| purchase.is_cancelled).count()
    }

    /// How many clips were drawn at the same time, at most.
    pub fn most_drawn_at_once(&self) -> usize {
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner).most
    }

    /// How many faults have not struck yet.
    pub fn faults_left(&self) -> usize {
        self.lock().values().map(VecDeque::len).sum()
    }

    /// Takes the scene's next fault if it is one of `kinds`.
    fn strikes(&self, scene: u32, kinds: &[Fault]) -> Option<Fault> {
        let mut faults = self.lock();
        let queue = faults.get_mut(&scene)?;
        if queue.front().is_some_and(|fault| kinds.contains(fault)) { queue.pop_front() } else { None }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<u32, VecDeque<Fault>>> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn known_price(&self) -> Price {
        Price::Known(self.price.unwrap_or(Usd::ZERO))
    }
}

#[async_trait]
impl Planner for Scripted {
    fn name(&self) -> &'static str {
        NAME
    }

    fn origins(&self, _brief: &Brief) -> Origins {
        Origins::default()
    }

    /// Planning is not what its price is for.
    fn price(&self, _brief: &Brief) -> Price {
        Price::Known(Usd::ZERO)
    }

    async fn write_spec(&self, brief: &Brief, _key: &IdempotencyKey) -> Result<Planned<AdSpec>, Failure> {
        let product: String = brief.prompt.as_str().split(' ').take(3).collect::<Vec<_>>().join(" ");
        let spec = AdSpec {
            product,
            brand: None,
            category: "anything".into(),
            audience: "everyone".into(),
            benefit: "it works".into(),
            pain: "it did not work".into(),
            offer: None,
            call_to_action: "Try it".into(),
            tone: Tone::Calm,
            direction: ArtDirection::Clean,
            palette: Palette {
                background: Rgb::WHITE,
                surface: Rgb::WHITE,
                ink: Rgb::BLACK,
                primary: Rgb::BLACK,
                on_primary: Rgb::WHITE,
                accent: Rgb(0, 90, 60),
            },
            framework: Framework::Aida,
            framework_reason: "The script says so.".into(),
        };
        Ok(Planned::by(NAME, spec, Price::Known(Usd::ZERO)))
    }

    /// Three scenes that share the duration.
    async fn plan_scenes(
        &self,
        brief: &Brief,
        spec: &AdSpec,
        _key: &IdempotencyKey,
    ) -> Result<Planned<ScenePlan>, Failure> {
        const CROSSFADE: Frames = Frames(6);
        let count = if brief.duration.seconds() > 18 { 5 } else { 3 };
        let to_share = brief.duration.frames().0 + CROSSFADE.0 * (count - 1);
        let scenes = (0..count).map(|index| PlannedScene {
            role: if index == 0 { SceneRole::Hook } else { SceneRole::Benefit },
            layout: SceneLayout::Stage,
            visual_prompt: format!("{}, picture {}", spec.product, index + 1),
            overlays: vec![OverlayCopy {
                role: OverlayRole::Headline,
                text: format!("{} {}", spec.product, index + 1),
            }],
            placement: TextPlacement::Upper,
            length: Frames(to_share / count + u32::from(index < to_share % count)),
        });
        let cost = Price::Known(Usd::ZERO);
        match ScenePlan::new(scenes.collect(), CROSSFADE) {
            Ok(plan) => Ok(Planned::by(NAME, plan, cost)),
            Err(error) => {
                let error = ProviderError::BadOutput { provider: NAME, reason: error.to_string() };
                Err(Failure { error, cost })
            }
        }
    }
}

#[async_trait]
impl VideoModel for Scripted {
    fn name(&self) -> &'static str {
        NAME
    }

    fn capabilities(&self) -> VideoCapabilities {
        VideoCapabilities {
            image_to_video: false,
            deterministic: true,
            any_length: true,
            // As a vendor's: what it made is fetched once and kept.
            drawn_anew: false,
            made_elsewhere: self.elsewhere.is_some(),
            at_once: self.elsewhere,
        }
    }

    fn origins(&self, _request: &VideoRequest) -> Origins {
        Origins::default()
    }

    fn price(&self, _request: &VideoRequest) -> Price {
        self.known_price()
    }

    async fn start(&self, request: &VideoRequest, key: &IdempotencyKey) -> Result<Operation, ProviderError> {
        if self.strikes(request.scene_index, &[Fault::StartFails]).is_some() {
            return Err(ProviderError::Unsupported { provider: NAME, reason: "the script says no".into() });
        }
        self.books.sell(key, &format!("scene {}", request.scene_index + 1));
        let handle = Handle { key: key.as_str().into(), request: request.clone() };
        let handle = serde_json::to_value(handle)
            .map_err(|error| ProviderError::BadOutput { provider: NAME, reason: error.to_string() })?;
        Ok(Operation { provider: NAME.into(), model: NAME.into(), handle })
    }

    async fn collect(&self, operation: &Operation) -> Result<VideoOutput, ProviderError> {
        let unknown =
            || ProviderError::UnknownOperation { provider: NAME, handle: operation.handle.to_string() };
        if operation.provider != NAME {
            return Err(unknown());
        }
        let Handle { key, request } =
            serde_json::from_value(operation.handle.clone()).map_err(|_| unknown())?;
        if self.purchases().iter().any(|purchase| purchase.key == key && purchase.is_cancelled) {
            return Err(ProviderError::BadOutput { provider: NAME, reason: "it was called off".into() });
        }
        let faults = [Fault::CollectFails, Fault::DrawPanics, Fault::Hangs];
        let fault = self.strikes(request.scene_index, &faults);
        match fault {
            Some(Fault::CollectFails) => {
                return Err(ProviderError::BadOutput { provider: NAME, reason: "the script says so".into() });
            }
            Some(Fault::Hangs) => {
                std::future::pending::<()>().await;
            }
            _ => {}
        }
        let panic_at = (fault == Some(Fault::DrawPanics)).then_some(Frames(request.scene.length.0 / 2));
        let drawn = self.drawn.clone();
        Ok(VideoOutput::Frames(Arc::new(PlainFrames { request, panic_at, key, drawn })))
    }

    async fn cancel(&self, operation: &Operation) -> Result<(), ProviderError> {
        if let Ok(Handle { key, .. }) = serde_json::from_value(operation.handle.clone()) {
            self.books.cancel(&key);
        }
        Ok(())
    }
}

#[async_trait]
impl MusicModel for Scripted {
    fn name(&self) -> &'static str {
        NAME
    }

    fn origins(&self, _request: &MusicRequest) -> Origins {
        Origins::default()
    }

    fn price(&self, _request: &MusicRequest) -> Price {
        self.known_price()
    }

    /// A quiet 220 Hz tone that fades to nothing.
    async fn compose(
        &self,
        request: &MusicRequest,
        key: &IdempotencyKey,
    ) -> Result<Soundtrack, ProviderError> {
        self.books.sell(key, "music");
        let pairs = request.length.0 * (SAMPLE_RATE / admint_domain::FRAME_RATE);
        let samples = (0..pairs).flat_map(|index| {
            let fade = 1.0 - index as f32 / pairs as f32;
            let phase = index as f32 / SAMPLE_RATE as f32 * 220.0 * std::f32::consts::TAU;
            let sample = phase.sin() * 0.2 * fade;
            [sample, sample]
        });
        Ok(Soundtrack { samples: samples.collect() })
    }
}

#[async_trait]
impl VoiceModel for Scripted {
    fn name(&self) -> &'static str {
        NAME
    }

    fn origins(&self) -> Origins {
        Origins::default()
    }

    fn price(&self, _request: &VoiceRequest) -> Price {
        self.known_price()
    }

    /// Each headline is a tone of 440 Hz in the middle third of its scene. It cannot say a question mark.
    async fn narrate(
        &self,
        request: &VoiceRequest,
        key: &IdempotencyKey,
    ) -> Result<Narration, ProviderError> {
        let plan = &request.plan;
        if plan.scenes().iter().flat_map(|scene| &scene.overlays).any(|copy| copy.text.contains('?')) {
            return Ok(Narration::Unspoken { reason: "The script has no question marks.".into() });
        }
        self.books.sell(key, "voice");
        let per_frame = SAMPLE_RATE / admint_domain::FRAME_RATE;
        let mut samples = vec![0.0; (plan.total().0 * per_frame) as usize];
        let mut lines = Vec::new();
        for (index, (scene, start)) in plan.scenes().iter().zip(plan.starts()).enumerate() {
            let Some(copy) = scene.overlays.first() else { continue };
            let third = Frames(scene.length.0 / 3);
            let (from, to) = (start + third, start + third + third);
            for at in from.0 * per_frame..to.0 * per_frame {
                let phase = at as f32 / SAMPLE_RATE as f32 * 440.0 * std::f32::consts::TAU;
                samples[at as usize] = phase.sin() * 0.1;
            }
            let words = vec![Caption { from, to, text: copy.text.clone() }];
            lines.push(SpokenLine { scene: index, from, to, words });
        }
        Ok(Narration::Spoken { samples, lines })
    }
}

/// One colour a frame, a little further round the circle each time.
struct PlainFrames {
    request: VideoRequest,
    panic_at: Option<Frames>,
    key: String,
    drawn: Arc<Mutex<Drawn>>,
}

/// Which clips are being drawn, by their keys, and by how many threads.
#[derive(Default)]
struct Drawn {
    now: HashMap<String, u32>,
    most: usize,
}

/// A thread that draws.
struct Drawing<'a>(&'a PlainFrames);

impl<'a> Drawing<'a> {
    fn begin(frames: &'a PlainFrames) -> Self {
        let mut drawn = frames.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        *drawn.now.entry(frames.key.clone()).or_default() += 1;
        drawn.most = drawn.most.max(drawn.now.len());
        Self(frames)
    }
}

impl Drop for Drawing<'_> {
    fn drop(&mut self) {
        let mut drawn = self.0.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let threads = drawn.now.get_mut(&self.0.key);
        if threads.is_some_and(|threads| {
            *threads -= 1;
            *threads == 0
        }) {
            drawn.now.remove(&self.0.key);
        }
    }
}

impl FrameSource for PlainFrames {
    fn resolution(&self) -> Resolution {
        self.request.aspect.resolution()
    }

    fn length(&self) -> Frames {
        self.request.scene.length
    }

    fn draw(&self, at: Frames, rgba: &mut [u8]) {
        let _drawing = Drawing::begin(self);
        assert!(self.panic_at != Some(at), "the script says so");
        let VideoRequest { seed, scene_index, take, .. } = self.request;
        let step = seed.wrapping_add(scene_index * 60 + take * 100).wrapping_add(at.0) as u8;
        let pixel = [step, step.wrapping_mul(3), 255 - step, 255];
        for out in rgba.chunks_exact_mut(4) {
            out.copy_from_slice(&pixel);
        }
    }
}
