//! The picture of an ad: clips joined by their transitions, graded, words over them, all in one pass from
//! drawing and decoding to the final encode.
//!
//! ```text
//! clip 1 --+
//!          join -- grade -- overlay -- overlay -- encode
//! clip 2 --+
//! ```
//! Frames are put together here and not by a filter graph of ffmpeg's: a drawn clip then needs no file, is
//! encoded once and decoded never, and the words are laid over it by the thread that drew it. A clip that
//! is a file is decoded by an ffmpeg of its own while it is on screen.

use std::{path::Path, sync::Arc};

use admint_domain::{FRAME_RATE, Frames, Resolution};
use admint_timeline::{Grade, TransitionStyle};
use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;

use crate::{
    ClipInput, ClipSource, Ffmpeg, MediaError, OverlayInput, RenderPlan,
    colour::{planes_len, yuv420_from_rgba, yuva420_from_rgba},
    decode::{Decoding, Stretch},
    frames::{Line, Progress, Supply, encoder},
    planes::{Area, dissolve, grade, lay, slide},
    profile::FINAL_ENCODER_ARGS,
    publish::Part,
};

/// Renders `plan` into a silent MP4 of exactly [`RenderPlan::total`] frames.
pub async fn render_video(
    ffmpeg: &Ffmpeg,
    plan: &RenderPlan,
    out: &Path,
    progress: Arc<Progress>,
    cancel: &CancellationToken,
) -> Result<(), MediaError> {
    plan.validate()?;
    let film = Arc::new(Film::new(plan));
    let part = Part::of(out);
    let line = Line {
        resolution: plan.resolution,
        length: plan.total(),
        out,
        supply: decoded_frames(Arc::clone(&film), ffmpeg.clone(), cancel.clone()),
    };
    let new_maker = || {
        let (film, mut desk) = (Arc::clone(&film), Desk::default());
        move |at, decoded, planes: &mut [u8]| film.compose(at, decoded, &mut desk, planes)
    };
    encoder(ffmpeg, plan.resolution)
        .args(["-r", &FRAME_RATE.to_string()])
        .args(FINAL_ENCODER_ARGS)
        .args(["-movflags", "+faststart", "-f", "mp4"])
        .file(part.path())
        .run_fed(|stdin| line.write(new_maker, &*progress, stdin), cancel)
        .await?;
    part.verify(plan.resolution, plan.total())?;
    part.publish()
}

/// A plan with its clips placed in time.
struct Film {
    size: Resolution,
    clips: Vec<Placed>,
    overlays: Vec<OverlayInput>,
    grade: Grade,
}

struct Placed {
    clip: ClipInput,
    start: Frames,
}

impl Placed {
    fn is_on_screen(&self, at: Frames) -> bool {
        self.start <= at && at < self.start + self.clip.length
    }
}

/// Decoded frames of the clips on screen that are files, in the clips' order.
type Decoded = Vec<Vec<u8>>;

/// A thread's own room to work in.
#[derive(Default)]
struct Desk {
    rgba: Vec<u8>,
    upper: Vec<u8>,
    words: Vec<u8>,
}

impl Film {
    fn new(plan: &RenderPlan) -> Self {
        let mut end = Frames::ZERO;
        let clips = plan.clips.iter().map(|clip| {
            let start = end.saturating_sub(clip.overlap);
            end = start + clip.length;
            Placed { clip: clip.clone(), start }
        });
        let clips = clips.collect();
        Self { size: plan.resolution, clips, overlays: plan.overlays.clone(), grade: plan.grade }
    }

    /// Fills `planes` with frame `at` of the film.
    fn compose(&self, at: Frames, decoded: Decoded, desk: &mut Desk, planes: &mut [u8]) {
        let mut decoded = decoded.into_iter();
        // One, or two in a transition: a plan that holds more of a clip than there is of it is refused.
        let mut shown = self.clips.iter().filter(|placed| placed.is_on_screen(at));
        if let Some(placed) = shown.next() {
            self.fill(placed, at, &mut decoded, &mut desk.rgba, planes);
        }
        if let Some(placed) = shown.next() {
            desk.upper.resize(planes.len(), 0);
            self.fill(placed, at, &mut decoded, &mut desk.rgba, &mut desk.upper);
            self.join(placed, at, planes, &desk.upper);
        }
        // Words keep their colours: the look is for what lies under them.
        grade(planes, self.size, self.grade);
        for overlay in &self.overlays {
            if overlay.start <= at && at < overlay.start + overlay.length {
                self.write(overlay, at, desk, planes);
            }
        }
    }

    fn fill(
        &self,
        placed: &Placed,
        at: Frames,
        decoded: &mut impl Iterator<Item = Vec<u8>>,
        rgba: &mut Vec<u8>,
        planes: &mut [u8],
    ) {
        match &placed.clip.source {
            ClipSource::Drawn(drawing) => {
                rgba.resize(self.size.rgba_len(), 0);
                drawing.draw(placed.clip.source_in + at.saturating_sub(placed.start), rgba);
                yuv420_from_rgba(rgba, self.size.width as usize, planes);
            }
            ClipSource::File(_) => {
                let frame = decoded.next().expect("a clip on screen that is a file was supplied");
                planes.copy_from_slice(&frame);
            }
        }
    }

    /// The clip that comes in, over the one that leaves.
    fn join(&self, coming: &Placed, at: Frames, lower: &mut [u8], upper: &[u8]) {
        let (step, steps) = (at.saturating_sub(coming.start).0, coming.clip.overlap.0);
        let Resolution { width, height } = self.size;
        match coming.clip.style {
            TransitionStyle::Dissolve => dissolve(lower, upper, (step * 256 / steps.max(1)) as u16),
            TransitionStyle::SlideLeft => slide(lower, upper, self.size, left_to_go(step, steps, width), 0),
            TransitionStyle::SlideUp => slide(lower, upper, self.size, 0, left_to_go(step, steps, height)),
            TransitionStyle::SlideDown => slide(lower, upper, self.size, 0, -left_to_go(step, steps, height)),
        }
    }

    fn write(&self, overlay: &OverlayInput, at: Frames, desk: &mut Desk, planes: &mut [u8]) {
        let size = overlay.size;
        desk.rgba.resize(size.rgba_len().max(desk.rgba.len()), 0);
        let rgba = &mut desk.rgba[..size.rgba_len()];
        overlay.drawing.draw(at.saturating_sub(overlay.start), rgba);
        desk.words.resize(planes_len(size.rgba_len() / 4, true), 0);
        yuva420_from_rgba(rgba, size.width as usize, &mut desk.words);
        lay(planes, self.size, &desk.words, Area { x: overlay.x, y: overlay.y, size });
    }
}

/// How many even pixels of `side` a clip that slides in has yet to go: fast at first, and none after `steps`.
fn left_to_go(step: u32, steps: u32, side: u32) -> i32 {
    let part = 1.0 - f64::from(step + 1) / f64::from(steps + 1);
    (f64::from(side) * part.powi(3) / 2.0).round() as i32 * 2
}

/// Decodes the clips that are files, each from when the one before it comes on screen, so that its first frame
/// is there when it is wanted.
fn decoded_frames(film: Arc<Film>, ffmpeg: Ffmpeg, cancel: CancellationToken) -> Supply<Decoded> {
    let runtime = Handle::current();
    let mut running: Vec<Option<Decoding>> = film.clips.iter().map(|_| None).collect();
    let mut started = 0;
    Box::new(move |at| {
        let shown = film.clips.iter().rposition(|placed| placed.start <= at).unwrap_or(0);
        while started < film.clips.len().min(shown + 2) {
            let ClipInput { source, source_in, length, .. } = &film.clips[started].clip;
            if let ClipSource::File(path) = source {
                let stretch =
                    Stretch { path: path.clone(), from: *source_in, length: *length, resolution: film.size };
                running[started] = Some(Decoding::start(&runtime, ffmpeg.clone(), stretch, cancel.clone()));
            }
            started += 1;
        }
        let mut frames = Vec::new();
        for (placed, decoding) in film.clips.iter().zip(&mut running) {
            if !placed.is_on_screen(at) {
                if placed.start < at {
                    *decoding = None;
                }
                continue;
            }
            if let Some(decoding) = decoding {
                frames.push(decoding.next()?);
            }
        }
        Ok(frames)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sliding_clip_starts_in_sight_and_arrives() {
        for (steps, side) in [(1, 108), (8, 1080), (24, 1920)] {
            let way: Vec<i32> = (0..steps).map(|step| left_to_go(step, steps, side)).collect();
            assert!(way[0] < side as i32, "{way:?}");
            assert!(way.is_sorted_by(|a, b| a >= b) && way.iter().all(|left| left % 2 == 0), "{way:?}");
            assert!(*way.last().unwrap() <= side as i32 / 8 + 2, "{way:?}");
            assert_eq!(left_to_go(steps, steps, side), 0);
        }
    }
}
