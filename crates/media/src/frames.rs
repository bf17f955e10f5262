//! Drawn frames into a clip or an overlay.
//!
//! ```text
//!             +-> thread: draw, convert -+
//! buffers ----+-> thread: draw, convert -+--> put in order --> ffmpeg's standard input
//!    ^                                            |
//!    +-------------- written, reused -------------+
//! ```
//! A thread takes a free buffer before it takes a frame number. So the earliest frame that is still
//! missing always has its buffer, whatever the order in which frames get done, and two buffers per
//! thread bound both the look-ahead and the memory.

use std::{
    any::Any,
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use admint_domain::{FRAME_RATE, Frames, Resolution};
use tokio::{io::AsyncWriteExt, process::ChildStdin, sync::mpsc as async_mpsc};
use tokio_util::sync::CancellationToken;

use crate::{
    Ffmpeg, MediaError,
    colour::{planes_len, yuv420_from_rgba, yuva420_from_rgba},
    priority::lower_this_thread,
    process::Command,
    profile::{COLOUR_ARGS, MEZZANINE_ARGS, OVERLAY_ARGS},
    publish::Part,
};

/// What drawn frames become.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameProfile {
    /// A house clip.
    Mezzanine,
    /// Words or pictures with alpha, to be laid over clips.
    Overlay,
}

impl FrameProfile {
    /// The file name's ending that fits the container.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Mezzanine => "mp4",
            Self::Overlay => "mov",
        }
    }
}

#[derive(Clone, Debug)]
pub struct FrameJob {
    /// Both sides even.
    pub resolution: Resolution,
    pub length: Frames,
    pub profile: FrameProfile,
    pub out: PathBuf,
}

/// Fills an RGBA buffer (straight alpha, rows from the top, no padding) with the frame asked for.
/// The buffer comes with an older frame in it, so every byte has to be written.
pub type Draw = dyn Fn(Frames, &mut [u8]) + Send + Sync;

/// Draws `job.length` frames, one thread per core and in any order, and encodes them in order.
///
/// `progress` is told how many frames ffmpeg has been given. After a cancel ffmpeg is dead and the
/// file's beginnings are gone when this returns; a frame that is being drawn then is drawn to its
/// end and dropped.
pub async fn encode_frames(
    ffmpeg: &Ffmpeg,
    job: FrameJob,
    draw: Arc<Draw>,
    progress: Arc<dyn Fn(Frames) + Send + Sync>,
    cancel: &CancellationToken,
) -> Result<(), MediaError> {
    let Resolution { width, height } = job.resolution;
    if width == 0 || height == 0 || width % 2 != 0 || height % 2 != 0 {
        return Err(MediaError::bad(&job.out, format!("{width}x{height} is not an even, visible size")));
    }
    if job.length == Frames::ZERO {
        return Err(MediaError::bad(&job.out, "no frames were asked for"));
    }
    let (pixel_format, encoder) = match job.profile {
        FrameProfile::Mezzanine => ("yuv420p", MEZZANINE_ARGS),
        FrameProfile::Overlay => ("yuva420p", OVERLAY_ARGS),
    };
    let part = Part::of(&job.out);
    Command::ffmpeg(ffmpeg)
        .args(["-f", "rawvideo", "-pixel_format", pixel_format])
        .args(["-video_size", &format!("{width}x{height}"), "-framerate", &FRAME_RATE.to_string()])
        .args(COLOUR_ARGS)
        .args(["-i", "pipe:0", "-an"])
        .args(encoder)
        .args(COLOUR_ARGS)
        .file(part.path())
        .run_fed(|stdin| write_in_order(&job, draw, &*progress, stdin), cancel)
        .await?;
    part.verify(job.resolution, job.length)?;
    part.publish()
}

async fn write_in_order(
    job: &FrameJob,
    draw: Arc<Draw>,
    progress: &(dyn Fn(Frames) + Send + Sync),
    mut stdin: ChildStdin,
) -> Result<(), MediaError> {
    let (free, mut drawn) = start_drawing(job, draw)?;
    // Drawn before their turn. Never more than there are buffers.
    let mut early = BTreeMap::new();
    let mut next = Frames::ZERO;
    while next < job.length {
        // The threads end only after the last frame or a panic, which is a message too.
        let Some((at, frame)) = drawn.recv().await else { break };
        let frame = frame.map_err(|reason| MediaError::Drawing { frame: at.0, reason })?;
        early.insert(at, frame);
        while let Some(frame) = early.remove(&next) {
            stdin.write_all(&frame).await.map_err(MediaError::io(&job.out))?;
            next += Frames(1);
            progress(next);
            // Fails when all threads are done already, and then nobody needs the buffer.
            let _ = free.send(frame);
        }
    }
    stdin.shutdown().await.map_err(MediaError::io(&job.out))
}

type Drawn = (Frames, Result<Vec<u8>, String>);

/// Starts the threads. They end by themselves: after the last frame, or when either channel's far
/// end is dropped.
fn start_drawing(
    job: &FrameJob,
    draw: Arc<Draw>,
) -> Result<(mpsc::Sender<Vec<u8>>, async_mpsc::UnboundedReceiver<Drawn>), MediaError> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let buffers = 2 * threads;
    let (free, free_buffers) = mpsc::channel();
    // Unbounded is bounded by the buffers.
    let (done, drawn) = async_mpsc::unbounded_channel();
    let pixels = job.resolution.rgba_len() / 4;
    let alpha = job.profile == FrameProfile::Overlay;
    for _ in 0..buffers {
        // The receiver is right here.
        let _ = free.send(vec![0; planes_len(pixels, alpha)]);
    }
    let queue = Arc::new(Mutex::new(Queue { free: free_buffers, next: Frames::ZERO, end: job.length }));
    let (width, rgba_len) = (job.resolution.width as usize, job.resolution.rgba_len());
    for _ in 0..threads {
        let (queue, done, draw) = (Arc::clone(&queue), done.clone(), Arc::clone(&draw));
        let work = move || {
            lower_this_thread();
            let mut rgba = vec![0; rgba_len];
            loop {
                let taken = queue.lock().unwrap_or_else(PoisonError::into_inner).take();
                let Some((at, mut planes)) = taken else { break };
                let frame = catch_unwind(AssertUnwindSafe(|| {
                    draw(at, &mut rgba);
                    if alpha {
                        yuva420_from_rgba(&rgba, width, &mut planes);
                    } else {
                        yuv420_from_rgba(&rgba, width, &mut planes);
                    }
                    planes
                }));
                let frame = frame.map_err(|panic| words_of(&*panic));
                let ends = frame.is_err();
                if done.send((at, frame)).is_err() || ends {
                    break;
                }
            }
        };
        thread::Builder::new().name("draw".to_owned()).spawn(work).map_err(MediaError::io(&job.out))?;
    }
    Ok((free, drawn))
}

struct Queue {
    free: mpsc::Receiver<Vec<u8>>,
    next: Frames,
    end: Frames,
}

impl Queue {
    /// A buffer, then the next frame to draw into it.
    fn take(&mut self) -> Option<(Frames, Vec<u8>)> {
        if self.next >= self.end {
            return None;
        }
        let buffer = self.free.recv().ok()?;
        let at = self.next;
        self.next += Frames(1);
        Some((at, buffer))
    }
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|words| (*words).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "it panicked".to_owned())
}
