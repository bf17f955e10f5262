//! Frames made by all cores, in any order, and given to ffmpeg in order.
//!
//! ```text
//!             +-> thread: make a frame -+
//! buffers ----+-> thread: make a frame -+--> put in order --> ffmpeg's standard input
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
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
};

use admint_domain::{FRAME_RATE, Frames, Resolution};
use tokio::{io::AsyncWriteExt, process::ChildStdin, sync::mpsc as async_mpsc};
use tokio_util::sync::CancellationToken;

use crate::{
    Ffmpeg, MediaError,
    colour::{planes_len, yuv420_from_rgba},
    priority::lower_this_thread,
    process::Command,
    profile::{COLOUR_ARGS, MEZZANINE_ARGS},
    publish::Part,
};

/// Drawn frames that are to become a house clip.
#[derive(Clone, Debug)]
pub struct FrameJob {
    /// Both sides even.
    pub resolution: Resolution,
    pub length: Frames,
    pub out: PathBuf,
}

/// Fills an RGBA buffer (straight alpha, rows from the top, no padding) with the frame asked for.
/// The buffer comes with an older frame in it, so every byte has to be written.
pub type Draw = dyn Fn(Frames, &mut [u8]) + Send + Sync;

/// Is told how many frames ffmpeg has been given.
pub type Progress = dyn Fn(Frames) + Send + Sync;

/// Draws `job.length` frames, one thread per core and in any order, and encodes them in order.
///
/// After a cancel ffmpeg is dead and the file's beginnings are gone when this returns; a frame that is
/// being drawn then is drawn to its end and dropped.
pub async fn encode_frames(
    ffmpeg: &Ffmpeg,
    job: FrameJob,
    draw: Arc<Draw>,
    progress: Arc<Progress>,
    cancel: &CancellationToken,
) -> Result<(), MediaError> {
    let Resolution { width, height } = job.resolution;
    if width == 0 || height == 0 || width % 2 != 0 || height % 2 != 0 {
        return Err(MediaError::bad(&job.out, format!("{width}x{height} is not an even, visible size")));
    }
    if job.length == Frames::ZERO {
        return Err(MediaError::bad(&job.out, "no frames were asked for"));
    }
    let part = Part::of(&job.out);
    let line =
        Line { resolution: job.resolution, length: job.length, out: &job.out, supply: Box::new(|_| Ok(())) };
    let new_maker = || {
        let (draw, mut rgba) = (Arc::clone(&draw), vec![0; job.resolution.rgba_len()]);
        move |at, (), planes: &mut [u8]| {
            draw(at, &mut rgba);
            yuv420_from_rgba(&rgba, width as usize, planes);
        }
    };
    encoder(ffmpeg, job.resolution)
        .args(MEZZANINE_ARGS)
        .args(COLOUR_ARGS)
        .file(part.path())
        .run_fed(|stdin| line.write(new_maker, &*progress, stdin), cancel)
        .await?;
    part.verify(job.resolution, job.length)?;
    part.publish()
}

/// An ffmpeg that takes planes of YUV 4:2:0 on its standard input.
pub(crate) fn encoder(ffmpeg: &Ffmpeg, Resolution { width, height }: Resolution) -> Command {
    Command::ffmpeg(ffmpeg)
        .args(["-f", "rawvideo", "-pixel_format", "yuv420p"])
        .args(["-video_size", &format!("{width}x{height}"), "-framerate", &FRAME_RATE.to_string()])
        .args(COLOUR_ARGS)
        .args(["-i", "pipe:0", "-an"])
}

/// What a frame is made of that has to come in order; asked for each frame in turn, by the thread that is to
/// make it, which may be made to wait.
pub(crate) type Supply<T> = Box<dyn FnMut(Frames) -> Result<T, MediaError> + Send>;

/// The frames of one video, on their way to one ffmpeg.
pub(crate) struct Line<'a, T> {
    pub resolution: Resolution,
    pub length: Frames,
    /// For errors to name.
    pub out: &'a Path,
    pub supply: Supply<T>,
}

impl<T: Send + 'static> Line<'_, T> {
    /// `new_maker` is called once for each thread; what it returns fills the planes Y, U and V of a frame, whose
    /// buffer comes with an older frame in it.
    pub async fn write<M>(
        self,
        new_maker: impl Fn() -> M,
        progress: &Progress,
        mut stdin: ChildStdin,
    ) -> Result<(), MediaError>
    where
        M: FnMut(Frames, T, &mut [u8]) + Send + 'static,
    {
        let (out, length) = (self.out, self.length);
        widen(&stdin);
        let (free, mut made) = self.start(new_maker)?;
        // Made before their turn. Never more than there are buffers.
        let mut early = BTreeMap::new();
        let mut next = Frames::ZERO;
        while next < length {
            // The threads end only after the last frame or a failure, which is a message too.
            let Some((at, frame)) = made.recv().await else { break };
            early.insert(at, frame?);
            while let Some(frame) = early.remove(&next) {
                stdin.write_all(&frame).await.map_err(MediaError::io(out))?;
                next += Frames(1);
                progress(next);
                // Fails when all threads are done already, and then nobody needs the buffer.
                let _ = free.send(frame);
            }
        }
        stdin.shutdown().await.map_err(MediaError::io(out))
    }

    /// Starts the threads. They end by themselves: after the last frame, or when either channel's far
    /// end is dropped.
    fn start<M>(
        self,
        new_maker: impl Fn() -> M,
    ) -> Result<(mpsc::Sender<Vec<u8>>, async_mpsc::UnboundedReceiver<Made>), MediaError>
    where
        M: FnMut(Frames, T, &mut [u8]) + Send + 'static,
    {
        let threads = thread::available_parallelism().map_or(1, usize::from);
        let buffers = 2 * threads;
        let (free, free_buffers) = mpsc::channel();
        // Unbounded is bounded by the buffers.
        let (done, made) = async_mpsc::unbounded_channel();
        for _ in 0..buffers {
            // The receiver is right here.
            let _ = free.send(vec![0; planes_len(self.resolution.rgba_len() / 4, false)]);
        }
        let queue = Queue { free: free_buffers, next: Frames::ZERO, end: self.length, supply: self.supply };
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..threads {
            let (queue, done, mut maker) = (Arc::clone(&queue), done.clone(), new_maker());
            let work = move || {
                lower_this_thread();
                loop {
                    let taken = queue.lock().unwrap_or_else(PoisonError::into_inner).take();
                    let Some((at, supplied, mut planes)) = taken else { break };
                    let frame = supplied.and_then(|supplied| {
                        let make = AssertUnwindSafe(|| maker(at, supplied, &mut planes));
                        catch_unwind(make)
                            .map_err(|panic| MediaError::Drawing { frame: at.0, reason: words_of(&*panic) })
                    });
                    let frame = frame.map(|()| planes);
                    let ends = frame.is_err();
                    if done.send((at, frame)).is_err() || ends {
                        break;
                    }
                }
            };
            thread::Builder::new().name("draw".to_owned()).spawn(work).map_err(MediaError::io(self.out))?;
        }
        Ok((free, made))
    }
}

type Made = (Frames, Result<Vec<u8>, MediaError>);

struct Queue<T> {
    free: mpsc::Receiver<Vec<u8>>,
    next: Frames,
    end: Frames,
    supply: Supply<T>,
}

impl<T> Queue<T> {
    /// A buffer, then the next frame to make in it.
    fn take(&mut self) -> Option<(Frames, Result<T, MediaError>, Vec<u8>)> {
        if self.next >= self.end {
            return None;
        }
        let buffer = self.free.recv().ok()?;
        let at = self.next;
        self.next += Frames(1);
        Some((at, (self.supply)(at), buffer))
    }
}

/// A frame is megabytes, and a pipe is 64 KiB unless it is asked to be more.
fn widen(stdin: &ChildStdin) {
    #[cfg(target_os = "linux")]
    if let Err(error) = rustix::pipe::fcntl_setpipe_size(stdin, 1 << 20) {
        tracing::debug!(%error, "a narrow pipe");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = stdin;
}

fn words_of(panic: &(dyn Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|words| (*words).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "it panicked".to_owned())
}
