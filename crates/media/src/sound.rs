//! Music under a finished picture, at the loudness that players and platforms expect.

use std::path::Path;

use admint_domain::{FRAME_RATE, Frames, Resolution};
use admint_timeline::Music;
use tokio_util::sync::CancellationToken;

use crate::{
    Ffmpeg, MediaError, index::read_index, process::Command, profile::FINAL_AUDIO_ARGS, publish::Part,
};

const SAMPLE_RATE: u32 = 48_000;
const SAMPLES_PER_FRAME: u32 = SAMPLE_RATE / FRAME_RATE;

/// Integrated loudness, LUFS.
const TARGET_LOUDNESS: f64 = -14.0;

/// As near as the measured loudness has to come, LU.
const TOLERANCE: f64 = 0.3;

/// The limiter's ceiling, dB: the encoder adds something of its own above it.
const CEILING: f64 = -2.0;

/// What no true peak of the finished sound may be above, dBTP.
const MOST_PEAK: f64 = -1.0;

/// How often the ceiling is lowered for sound to which the encoder adds more than usual.
const LOWERED: usize = 3;

/// Silence would be raised without end.
const MOST_GAIN: f64 = 30.0;

/// What `ebur128` calls nothing at all.
const SILENCE: f64 = -69.0;

/// Encodes `wav` as the sound of an ad that is `total` long, into an MP4 without a picture.
///
/// A track at 0 gain ends up at -14 LUFS with no true peak above -1 dBTP, as measured on the encoded
/// sound; `gain_centibels` moves it from there. Too long a track is cut, too short a one is followed by
/// silence.
pub async fn encode_sound(
    ffmpeg: &Ffmpeg,
    wav: &Path,
    music: &Music,
    total: Frames,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<(), MediaError> {
    let part = Part::of(out);
    let mut ceiling = CEILING;
    for _ in 0..=LOWERED {
        let gain = gain_for(ffmpeg, wav, music, total, ceiling, cancel).await?;
        Command::ffmpeg(ffmpeg)
            .input(wav)
            .args(["-af", &chain(music, total, gain, ceiling)])
            .args(FINAL_AUDIO_ARGS)
            .args(["-f", "mp4"])
            .file(part.path())
            .run(cancel)
            .await?;
        let over = measure(ffmpeg, part.path(), "anull", cancel).await?.true_peak - MOST_PEAK;
        if over <= 0.0 {
            break;
        }
        ceiling -= over + TOLERANCE;
    }
    part.publish()
}

/// Lays `sound`, as [`encode_sound`] leaves it, under `video`, whose length is `total`; both are copied as
/// they are.
pub async fn join_sound(
    ffmpeg: &Ffmpeg,
    video: &Path,
    sound: &Path,
    total: Frames,
    out: &Path,
    cancel: &CancellationToken,
) -> Result<(), MediaError> {
    let source = read_index(video).map_err(MediaError::io(video))?.and_then(|index| index.picture);
    let source = source.ok_or_else(|| MediaError::bad(video, "is no finished picture"))?;
    if source.frame_count != total.0 {
        return Err(MediaError::bad(video, format!("has {} frames and not {}", source.frame_count, total.0)));
    }
    let part = Part::of(out);
    Command::ffmpeg(ffmpeg)
        .input(video)
        .input(sound)
        .args(["-map", "0:v:0", "-map", "1:a:0", "-c", "copy"])
        .args(["-movflags", "+faststart", "-video_track_timescale", "24000", "-movie_timescale", "24000"])
        .args(["-f", "mp4"])
        .file(part.path())
        .run(cancel)
        .await?;
    let made = part.verify(Resolution { width: source.width, height: source.height }, total)?;
    if !made.has_sound {
        return Err(MediaError::bad(out, "came out without sound"));
    }
    part.publish()
}

/// The gain in dB with which the limited, faded track has the loudness that was asked for.
async fn gain_for(
    ffmpeg: &Ffmpeg,
    wav: &Path,
    music: &Music,
    total: Frames,
    ceiling: f64,
    cancel: &CancellationToken,
) -> Result<f64, MediaError> {
    let target = TARGET_LOUDNESS + f64::from(music.gain_centibels) / 100.0;
    let mut gain = 0.0;
    // Once to know the track; again because the limiter takes some loudness away, unless it has
    // nothing to do.
    for _ in 0..3 {
        let loudness = measure(ffmpeg, wav, &chain(music, total, gain, ceiling), cancel).await?;
        if loudness.integrated < SILENCE {
            return Ok(0.0);
        }
        let missing = target - loudness.integrated;
        let limited = loudness.true_peak + missing > ceiling;
        gain = (gain + missing).min(MOST_GAIN);
        if missing.abs() < TOLERANCE || !limited {
            break;
        }
    }
    Ok(gain)
}

/// What happens to the track, up to the encoder.
fn chain(music: &Music, total: Frames, gain: f64, ceiling: f64) -> String {
    let samples = |frames: Frames| frames.0 * SAMPLES_PER_FRAME;
    let length = samples(total);
    let mut chain = format!(
        "aresample={SAMPLE_RATE},aformat=sample_fmts=fltp:channel_layouts=stereo,\
         apad=whole_len={length},atrim=end_sample={length}"
    );
    let fade_in = samples(music.fade_in.min(total));
    let fade_out = samples(music.fade_out.min(total));
    if fade_in > 0 {
        chain.push_str(&format!(",afade=t=in:ss=0:ns={fade_in}"));
    }
    if fade_out > 0 {
        chain.push_str(&format!(",afade=t=out:ss={}:ns={fade_out}", length - fade_out));
    }
    // Four times the rate shows the limiter the peaks between the samples.
    chain.push_str(&format!(
        ",volume={gain:.3}dB:precision=float,aresample={},alimiter=limit={:.4}:attack=2:release=60:level=0:latency=1,\
         aresample={SAMPLE_RATE},apad=whole_len={length},atrim=end_sample={length}",
        SAMPLE_RATE * 4,
        10_f64.powf(ceiling / 20.0)
    ));
    chain
}

struct Loudness {
    /// LUFS.
    integrated: f64,
    /// dBTP.
    true_peak: f64,
}

async fn measure(
    ffmpeg: &Ffmpeg,
    wav: &Path,
    chain: &str,
    cancel: &CancellationToken,
) -> Result<Loudness, MediaError> {
    let said = Command::ffmpeg(ffmpeg)
        .args(["-loglevel", "info"])
        .input(wav)
        .args([
            "-map",
            "0:a:0",
            "-af",
            &format!("{chain},ebur128=peak=true:framelog=verbose"),
            "-f",
            "null",
            "-",
        ])
        .run(cancel)
        .await?;
    summary(&said.stderr_tail).ok_or_else(|| MediaError::bad(wav, "its loudness could not be measured"))
}

/// Reads the end of what `ebur128` prints: `I: -14.0 LUFS` and `Peak: -1.2 dBFS`.
fn summary(log: &str) -> Option<Loudness> {
    let (_, summary) = log.rsplit_once("Summary:")?;
    let number = |label: &str| {
        let (_, rest) = summary.split_once(label)?;
        rest.split_whitespace().next()?.parse().ok()
    };
    // A silent track's peak is `-inf`, which parses.
    Some(Loudness { integrated: number("I:")?, true_peak: number("Peak:")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_read() {
        let log = "[Parsed_ebur128_5 @ 0x55] Summary:\n\n  Integrated loudness:\n    I:         -16.7 LUFS\n    \
                   Threshold: -27.2 LUFS\n\n  Loudness range:\n    LRA:         4.2 LU\n\n  True peak:\n    \
                   Peak:        -0.4 dBFS\n";
        let loudness = summary(log).expect("it is whole");
        assert_eq!((loudness.integrated, loudness.true_peak), (-16.7, -0.4));
        assert!(summary("nothing").is_none());
    }
}
