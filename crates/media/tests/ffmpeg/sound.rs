use std::{path::Path, process::Command};

use admint_domain::{AssetId, Frames};
use admint_media::{MediaError, encode_sound, join_sound, probe, write_wav};
use admint_timeline::Music;
use tokio_util::sync::CancellationToken;

use crate::fixture::{ffmpeg, folder, grey_clip, names_in};

const VIDEO: Frames = Frames(97);

/// A chord with a beat in it, `seconds` long and `level` loud.
fn write_music(path: &Path, seconds: f32, level: f32) {
    let pairs = (seconds * 48_000.0) as usize;
    let samples: Vec<f32> = (0..pairs)
        .flat_map(|index| {
            let time = index as f32 / 48_000.0;
            let beat = (-(time % 0.5) * 6.0).exp();
            let chord =
                [220.0, 277.2, 329.6, 880.0].map(|hertz: f32| (time * hertz * std::f32::consts::TAU).sin());
            let sample = level * (0.15 + 0.85 * beat) * chord.iter().sum::<f32>() / 4.0;
            [sample, sample * 0.8]
        })
        .collect();
    write_wav(path, &samples, 2, 48_000).expect("writes");
}

fn music(gain_centibels: i32) -> Music {
    Music {
        asset: AssetId::from_uuid(uuid::Uuid::nil()),
        gain_centibels,
        fade_in: Frames(2),
        fade_out: Frames(12),
    }
}

/// LUFS and dBTP of a finished file, as heard after decoding.
fn loudness(file: &Path) -> (f64, f64) {
    let measured = Command::new("ffmpeg")
        .args(["-hide_banner", "-nostats", "-i"])
        .arg(file)
        .args(["-vn", "-af", "ebur128=peak=true:framelog=verbose", "-f", "null", "-"])
        .output()
        .expect("ffmpeg runs");
    let log = String::from_utf8_lossy(&measured.stderr).into_owned();
    let (_, summary) = log.rsplit_once("Summary:").expect("a summary");
    let number = |label: &str| {
        let (_, rest) = summary.split_once(label).expect("the label");
        rest.split_whitespace().next().and_then(|word| word.parse().ok()).expect("a number")
    };
    (number("I:"), number("Peak:"))
}

async fn check(seconds: f32, level: f32, gain_centibels: i32, expected: Option<f64>) {
    let folder = folder();
    let video = grey_clip(folder.path(), "video.mp4", VIDEO.0, |frame| frame as u8).await;
    let wav = folder.path().join("music.wav");
    write_music(&wav, seconds, level);
    let out = folder.path().join("ad.mp4");
    let cancel = CancellationToken::new();
    let sound = folder.path().join("sound.m4a");
    encode_sound(&ffmpeg(), &wav, &music(gain_centibels), VIDEO, &sound, &cancel).await.expect("encodes");
    join_sound(&ffmpeg(), &video, &sound, VIDEO, &out, &cancel).await.expect("joins");
    let found = probe(&ffmpeg(), &out).await.expect("probes");
    let sound = found.audio.clone().expect("sound");
    assert_eq!((sound.codec.as_str(), sound.sample_rate, sound.channels), ("aac", 48_000, 2));
    assert_eq!(found.frame_count, u64::from(VIDEO.0));
    assert!(found.fast_start);
    let aac_frame = 1024.0 / 48_000.0;
    let picture = VIDEO.seconds();
    assert!((sound.duration_seconds.expect("known") - picture).abs() <= aac_frame, "{found:?}");
    assert!((found.video_duration_seconds.expect("known") - picture).abs() < 1e-4, "{found:?}");
    assert!((found.duration_seconds - picture).abs() < 1e-3, "{found:?}");
    let (integrated, true_peak) = loudness(&out);
    if let Some(expected) = expected {
        assert!((integrated - expected).abs() <= 1.0, "{integrated} LUFS and not {expected}");
    }
    assert!(true_peak <= -1.0, "{true_peak} dBTP");
    assert_eq!(names_in(folder.path()), ["ad.mp4", "music.wav", "sound.m4a", "video.mp4"]);
}

#[tokio::test]
async fn quiet_music_is_raised() {
    check(4.1, 0.05, 0, Some(-14.0)).await;
}

#[tokio::test]
async fn loud_music_is_limited() {
    check(6.0, 1.0, 0, Some(-14.0)).await;
}

/// Short bursts of noise are what the encoder overshoots most.
#[tokio::test]
async fn what_the_encoder_adds_is_taken_away_again() {
    let folder = folder();
    let wav = folder.path().join("bursts.wav");
    let mut state = 1_u32;
    let samples: Vec<f32> = (0..48_000 * 4 * 2)
        .map(|index| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 8) as f32 / (1 << 23) as f32 - 1.0;
            let burst = (-((index / 2 % 6_000) as f32) / 300.0).exp();
            noise * burst
        })
        .collect();
    write_wav(&wav, &samples, 2, 48_000).expect("writes");
    let out = folder.path().join("sound.m4a");
    let cancel = CancellationToken::new();
    encode_sound(&ffmpeg(), &wav, &music(0), VIDEO, &out, &cancel).await.expect("encodes");
    let (_, true_peak) = loudness(&out);
    assert!(true_peak <= -1.0, "{true_peak} dBTP");
}

#[tokio::test]
async fn a_gain_moves_it_from_there() {
    check(4.1, 0.4, -600, Some(-20.0)).await;
}

#[tokio::test]
async fn a_track_that_ends_early_is_followed_by_silence() {
    check(1.5, 0.4, 0, Some(-14.0)).await;
}

#[tokio::test]
async fn silence_stays_silent() {
    check(4.1, 0.0, 0, None).await;
}

#[tokio::test]
async fn a_video_of_another_length_is_refused() {
    let folder = folder();
    let video = grey_clip(folder.path(), "video.mp4", 10, |_| 80).await;
    let wav = folder.path().join("music.wav");
    write_music(&wav, 1.0, 0.5);
    let sound = folder.path().join("sound.m4a");
    let cancel = CancellationToken::new();
    encode_sound(&ffmpeg(), &wav, &music(0), Frames(11), &sound, &cancel).await.expect("encodes");
    let out = folder.path().join("ad.mp4");
    let refused = join_sound(&ffmpeg(), &video, &sound, Frames(11), &out, &cancel).await;
    assert!(matches!(refused, Err(MediaError::BadMedia { .. })), "{refused:?}");
}
