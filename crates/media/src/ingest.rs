//! Foreign clips into house clips.

use std::path::Path;

use admint_domain::{FRAME_RATE, Frames, Resolution};
use tokio_util::sync::CancellationToken;

use crate::{
    Ffmpeg, MediaError,
    probe::FORMAT_WHITELIST,
    process::Command,
    profile::{COLOUR_ARGS, MEZZANINE_ARGS},
    publish::Part,
};

/// Makes a house clip of any video: scaled and cropped to fill `resolution`, at 24 frames per
/// second, without sound. With a `length` it is cut to it, or its last frame is held.
pub async fn ingest(
    ffmpeg: &Ffmpeg,
    input: &Path,
    resolution: Resolution,
    length: Option<Frames>,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<(), MediaError> {
    let Resolution { width, height } = resolution;
    let mut filters = format!(
        "fps={FRAME_RATE},scale=w='2*round(iw*sar/2)':h=ih,setsar=1,\
         scale={width}:{height}:force_original_aspect_ratio=increase:out_color_matrix=bt709:out_range=tv,\
         crop={width}:{height},format=yuv420p,\
         setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
    );
    if let Some(length) = length {
        filters.push_str(&format!(",tpad=stop_mode=clone:stop=-1,trim=end_frame={}", length.0));
    }
    filters.push_str(&format!(",settb=1/{FRAME_RATE},setpts=N"));
    let part = Part::of(out);
    Command::ffmpeg(ffmpeg)
        // What a stranger's file can make this machine open, and how large a picture.
        .args(["-protocol_whitelist", "file", "-format_whitelist", FORMAT_WHITELIST])
        .args(["-max_pixels", "67108864"])
        .input(input)
        .args(["-map", "0:v:0", "-an", "-sn", "-dn", "-map_metadata", "-1", "-map_chapters", "-1"])
        .args(["-vf", &filters, "-r", &FRAME_RATE.to_string()])
        .args(MEZZANINE_ARGS)
        .args(COLOUR_ARGS)
        .file(part.path())
        .run(cancel)
        .await?;
    let made = part.index()?.picture.map_or(Frames::ZERO, |picture| Frames(picture.frame_count));
    if made == Frames::ZERO {
        return Err(MediaError::bad(input, "holds no pictures"));
    }
    part.verify(resolution, length.unwrap_or(made))?;
    part.publish()
}
