//! The house formats: what clips and finished ads are encoded as. The figures behind each
//! choice are printed by `cargo run --release -p admint-media --example render_speed`.

use admint_domain::Frames;

/// Colours as they are meant to be shown, on every video we write.
pub(crate) const COLOUR_ARGS: &[&str] =
    &["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-color_range", "tv"];

/// House clips: constant 24 fps and closed GOPs of one second without B-frames, so that every whole
/// second is a point to cut at without decoding, and a timescale that 24 divides. They live only to
/// be decoded again: quick, and good enough not to show after the final encode.
pub(crate) const MEZZANINE_ARGS: &[&str] = &[
    "-c:v",
    "libx264",
    "-preset",
    "ultrafast",
    "-crf",
    "14",
    "-pix_fmt",
    "yuv420p",
    "-g",
    "24",
    "-keyint_min",
    "24",
    "-sc_threshold",
    "0",
    "-bf",
    "0",
    "-flags",
    "+cgop",
    "-video_track_timescale",
    "24000",
    "-f",
    "mp4",
];

/// Frames of a house clip from one key frame to the next.
pub(crate) const MEZZANINE_GOP: u32 = 24;

/// The finished ad's picture. Key frames at least every two seconds, so that a browser seeks quickly;
/// a ceiling on the rate, so that 15 seconds of the wildest grain stay under 50 MB. `superfast` with the
/// look-ahead of `veryfast` (macroblock tree over 10 frames), one step of `crf` finer: as near to the
/// source as `veryfast` at 19, a fifth larger, and about two thirds of its time. One thread, for with more the
/// ceiling is kept by what the others happen to have written by then, and the same frames now and then come out
/// a little different; the drawing beside it keeps the other cores busy.
pub const FINAL_ENCODER_ARGS: &[&str] = &[
    "-c:v",
    "libx264",
    "-threads",
    "1",
    "-preset",
    "superfast",
    "-x264-params",
    "mbtree=1:rc-lookahead=10",
    "-crf",
    "18",
    "-maxrate",
    "20M",
    "-bufsize",
    "40M",
    "-profile:v",
    "high",
    "-pix_fmt",
    "yuv420p",
    "-g",
    "48",
    "-color_primaries",
    "bt709",
    "-color_trc",
    "bt709",
    "-colorspace",
    "bt709",
    "-color_range",
    "tv",
    "-video_track_timescale",
    "24000",
];

/// Frames of a finished ad from one key frame to the next.
pub const FINAL_GOP: Frames = Frames(48);

/// The finished ad's sound.
pub const FINAL_AUDIO_ARGS: &[&str] = &["-c:a", "aac", "-b:a", "192k", "-ar", "48000", "-ac", "2"];
