//! A stretch of a house clip as raw frames, in order.

use std::{
    io,
    path::{Path, PathBuf},
};

use admint_domain::{FRAME_RATE, Frames, Resolution};
use tokio::{io::AsyncReadExt, runtime::Handle, sync::mpsc};
use tokio_util::sync::CancellationToken;

use crate::{
    Ffmpeg, MediaError,
    colour::planes_len,
    index::{Picture, read_index},
    process::Command,
    profile::MEZZANINE_GOP,
};

/// Decoded frames that wait to be taken. ffmpeg waits while there are as many.
const AHEAD: usize = 2;

/// Which frames of which file.
#[derive(Clone, Debug)]
pub(crate) struct Stretch {
    pub path: PathBuf,
    pub from: Frames,
    pub length: Frames,
    /// The file's own; any other is refused.
    pub resolution: Resolution,
}

/// A clip that is being decoded. When it is dropped its ffmpeg ends, for nobody reads it any more.
pub(crate) struct Decoding {
    path: PathBuf,
    frames: mpsc::Receiver<Result<Vec<u8>, MediaError>>,
}

impl Decoding {
    /// Starts an ffmpeg of its own on `runtime`.
    pub fn start(runtime: &Handle, ffmpeg: Ffmpeg, stretch: Stretch, cancel: CancellationToken) -> Self {
        let (sender, frames) = mpsc::channel(AHEAD);
        let path = stretch.path.clone();
        runtime.spawn(async move {
            if let Err(error) = decode(&ffmpeg, &stretch, &sender, &cancel).await {
                // Nobody listens after the frame that was wanted last.
                let _ = sender.send(Err(error)).await;
            }
        });
        Self { path, frames }
    }

    /// The planes Y, U and V of the next frame. For threads that may wait.
    pub fn next(&mut self) -> Result<Vec<u8>, MediaError> {
        self.frames
            .blocking_recv()
            .unwrap_or_else(|| Err(MediaError::bad(&self.path, "ended before its last frame was decoded")))
    }
}

async fn decode(
    ffmpeg: &Ffmpeg,
    stretch: &Stretch,
    frames: &mpsc::Sender<Result<Vec<u8>, MediaError>>,
    cancel: &CancellationToken,
) -> Result<(), MediaError> {
    let &Stretch { ref path, from, length, resolution } = stretch;
    check(path, from + length, resolution)?;
    let seconds = seek_seconds(from);
    let first = from.0 - Frames::from_seconds(seconds).0;
    let trim = format!("trim=start_frame={first}:end_frame={}", first + length.0);
    let mut command = Command::ffmpeg(ffmpeg);
    if seconds > 0 {
        command = command.args(["-ss", &seconds.to_string()]);
    }
    command
        .input(path)
        .args(["-map", "0:v:0", "-an", "-vf", &trim, "-fps_mode", "passthrough"])
        .args(["-pix_fmt", "yuv420p", "-f", "rawvideo", "pipe:1"])
        .run_read(
            async |mut stdout| {
                for _ in 0..length.0 {
                    let mut frame = vec![0; planes_len(resolution.rgba_len() / 4, false)];
                    match stdout.read_exact(&mut frame).await {
                        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => break,
                        other => other?,
                    };
                    if frames.send(Ok(frame)).await.is_err() {
                        break;
                    }
                }
                Ok(())
            },
            cancel,
        )
        .await
}

/// What the file's own index says, before a process is spent on it.
fn check(path: &Path, frames: Frames, resolution: Resolution) -> Result<(), MediaError> {
    let picture = read_index(path).map_err(MediaError::io(path))?.and_then(|index| index.picture);
    let Some(Picture { width, height, frame_count }) = picture else {
        return Err(MediaError::bad(path, "holds no pictures"));
    };
    if (width, height) != (resolution.width, resolution.height) {
        let Resolution { width: wanted, height: high } = resolution;
        return Err(MediaError::bad(path, format!("is {width}x{height} and not {wanted}x{high}")));
    }
    if frame_count < frames.0 {
        let wanted = frames.0;
        return Err(MediaError::bad(path, format!("has {frame_count} frames, and {wanted} are wanted")));
    }
    Ok(())
}

/// The whole second at which a clip's file is entered: the key frame at or before `from`.
fn seek_seconds(from: Frames) -> u32 {
    from.0 / MEZZANINE_GOP * MEZZANINE_GOP / FRAME_RATE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_is_entered_at_the_key_frame_before() {
        for (from, seconds) in [(0, 0), (23, 0), (24, 1), (53, 2)] {
            assert_eq!(seek_seconds(Frames(from)), seconds, "{from}");
        }
    }
}
