//! What a file holds, as ffprobe sees it.

use std::path::Path;

use serde::Deserialize;
use tokio_util::sync::CancellationToken;

use crate::{Ffmpeg, MediaError, index::read_index, process::Command};

/// Containers that are opened at all. Playlists (HLS, concat) stay out: they name other files and
/// addresses, and a stranger's upload must not choose what this machine reads.
pub(crate) const FORMAT_WHITELIST: &str =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,flv,gif,nut,wav,mp3,flac,ogg,jpeg_pipe,png_pipe";

#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    pub width: u32,
    pub height: u32,
    /// Exact: counted, never derived from a duration.
    pub frame_count: u64,
    /// Frames per second.
    pub frame_rate: f64,
    pub video_codec: String,
    pub pixel_format: String,
    /// Of the video stream.
    pub video_duration_seconds: Option<f64>,
    pub audio: Option<AudioProbe>,
    /// Of the container.
    pub duration_seconds: f64,
    pub size_bytes: u64,
    /// The index lies before the media, so playing starts before the download ends.
    pub fast_start: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct AudioProbe {
    pub codec: String,
    pub sample_rate: u32,
    pub channels: u32,
    pub duration_seconds: Option<f64>,
}

pub async fn probe(ffmpeg: &Ffmpeg, path: &Path) -> Result<Probe, MediaError> {
    let never = CancellationToken::new();
    let mut output = describe(ffmpeg, path, false, &never).await?;
    if video_of(&output).is_some_and(|video| video.nb_frames.is_none()) {
        // No index to trust: count.
        output = describe(ffmpeg, path, true, &never).await?;
    }
    let video = video_of(&output).ok_or_else(|| MediaError::bad(path, "holds no video"))?;
    let size_bytes = std::fs::metadata(path).map_err(MediaError::io(path))?.len();
    let fast_start = read_index(path).map_err(MediaError::io(path))?.is_some_and(|index| index.comes_first);
    let frame_count = video.nb_frames.as_ref().or(video.nb_read_packets.as_ref());
    Ok(Probe {
        width: video.width.unwrap_or_default(),
        height: video.height.unwrap_or_default(),
        frame_count: frame_count.and_then(|count| count.parse().ok()).unwrap_or_default(),
        frame_rate: ratio(&video.avg_frame_rate).or_else(|| ratio(&video.r_frame_rate)).unwrap_or_default(),
        video_codec: video.codec_name.clone().unwrap_or_default(),
        pixel_format: video.pix_fmt.clone().unwrap_or_default(),
        video_duration_seconds: seconds(&video.duration),
        audio: output.streams.iter().find(|stream| stream.codec_type == "audio").map(|audio| AudioProbe {
            codec: audio.codec_name.clone().unwrap_or_default(),
            sample_rate: audio.sample_rate.as_deref().and_then(|rate| rate.parse().ok()).unwrap_or_default(),
            channels: audio.channels.unwrap_or_default(),
            duration_seconds: seconds(&audio.duration),
        }),
        duration_seconds: seconds(&output.format.duration).unwrap_or_default(),
        size_bytes,
        fast_start,
    })
}

async fn describe(
    ffmpeg: &Ffmpeg,
    path: &Path,
    count: bool,
    cancel: &CancellationToken,
) -> Result<Output, MediaError> {
    let mut command =
        Command::new(ffmpeg.ffprobe()).args(["-v", "error", "-format_whitelist", FORMAT_WHITELIST]);
    if count {
        command = command.args(["-select_streams", "v:0", "-count_packets"]);
    }
    let said = command.args(["-show_streams", "-show_format", "-of", "json"]).input(path).run(cancel).await;
    let said = match said {
        // ffprobe's only reason to fail on a file is the file.
        Err(MediaError::Failed { stderr_tail, .. }) => {
            return Err(MediaError::bad(path, format!("cannot be read: {}", stderr_tail.trim())));
        }
        other => other?,
    };
    serde_json::from_slice(&said.stdout).map_err(|error| MediaError::bad(path, error.to_string()))
}

fn video_of(output: &Output) -> Option<&Stream> {
    output.streams.iter().find(|stream| stream.codec_type == "video")
}

/// `30000/1001` as a number; nothing for ffprobe's `0/0`.
fn ratio(text: &Option<String>) -> Option<f64> {
    let (above, below) = text.as_deref()?.split_once('/')?;
    let (above, below) = (above.parse::<f64>().ok()?, below.parse::<f64>().ok()?);
    (above > 0.0 && below > 0.0).then(|| above / below)
}

fn seconds(text: &Option<String>) -> Option<f64> {
    text.as_deref()?.parse().ok()
}

#[derive(Deserialize)]
struct Output {
    #[serde(default)]
    streams: Vec<Stream>,
    #[serde(default)]
    format: Format,
}

#[derive(Deserialize)]
struct Stream {
    #[serde(default)]
    codec_type: String,
    codec_name: Option<String>,
    width: Option<u32>,
    height: Option<u32>,
    pix_fmt: Option<String>,
    avg_frame_rate: Option<String>,
    r_frame_rate: Option<String>,
    nb_frames: Option<String>,
    nb_read_packets: Option<String>,
    duration: Option<String>,
    sample_rate: Option<String>,
    channels: Option<u32>,
}

#[derive(Default, Deserialize)]
struct Format {
    duration: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios() {
        assert_eq!(ratio(&Some("24/1".to_owned())), Some(24.0));
        assert_eq!(ratio(&Some("0/0".to_owned())), None);
        assert_eq!(ratio(&None), None);
    }
}
