use std::{
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
};

use admint_domain::{Frames, Resolution};
use admint_media::{FrameJob, MediaError, encode_frames, probe, thumbnail};
use tokio_util::sync::CancellationToken;

use crate::fixture::{
    SMALL, assert_near, ffmpeg, folder, grey_clip, luma, names_in, pixel_in_each_frame, quiet,
};

fn counting(frame: u32) -> u8 {
    (frame * 5 % 250) as u8
}

#[tokio::test]
async fn frames_drawn_in_any_order_are_written_in_order() {
    let folder = folder();
    let clip = grey_clip(folder.path(), "clip.mp4", 60, counting).await;
    let seen = pixel_in_each_frame(&clip, SMALL, 50, 90);
    assert_eq!(seen.len(), 60);
    for (frame, pixel) in (0..).zip(seen) {
        assert_near(pixel[0], luma(counting(frame)), &format!("luma of frame {frame}"));
    }
}

#[tokio::test]
async fn a_house_clip_can_be_cut_at_every_second() {
    let folder = folder();
    let clip = grey_clip(folder.path(), "clip.mp4", 60, counting).await;
    let found = probe(&ffmpeg(), &clip).await.expect("probes");
    assert_eq!((found.width, found.height, found.frame_count), (108, 192, 60));
    assert_eq!((found.frame_rate, found.duration_seconds), (24.0, 2.5));
    assert_eq!((found.video_codec.as_str(), found.pixel_format.as_str()), ("h264", "yuv420p"));
    assert_eq!(found.audio, None);
    let listed = Command::new("ffprobe")
        .args(["-v", "error", "-show_entries", "packet=pts,dts,flags:stream=color_space,color_range", "-of"])
        .args(["csv=p=0", "-i"])
        .arg(&clip)
        .output()
        .expect("ffprobe runs");
    let listed = String::from_utf8_lossy(&listed.stdout).into_owned();
    let keys: Vec<&str> =
        listed.lines().filter(|line| line.contains('K')).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(keys, ["0", "24000", "48000"], "in a timescale of 24000");
    assert!(listed.contains("tv,bt709"), "{listed}");
}

#[tokio::test]
async fn progress_counts_every_frame() {
    let folder = folder();
    let told = Arc::new(Mutex::new(Vec::new()));
    let job = FrameJob {
        resolution: Resolution { width: 16, height: 16 },
        length: Frames(5),
        out: folder.path().join("clip.mp4"),
    };
    let listener = {
        let told = Arc::clone(&told);
        Arc::new(move |frames: Frames| told.lock().expect("no panic").push(frames.0))
    };
    let draw = Arc::new(|_: Frames, rgba: &mut [u8]| rgba.fill(0));
    encode_frames(&ffmpeg(), job, draw, listener, &CancellationToken::new()).await.expect("encodes");
    assert_eq!(*told.lock().expect("no panic"), [1, 2, 3, 4, 5]);
    assert_eq!(names_in(folder.path()), ["clip.mp4"]);
}

#[tokio::test]
async fn a_panic_in_drawing_names_the_frame_and_leaves_nothing() {
    let folder = folder();
    let job = FrameJob { resolution: SMALL, length: Frames(30), out: folder.path().join("clip.mp4") };
    let draw = Arc::new(|at: Frames, rgba: &mut [u8]| {
        assert!(at != Frames(11), "out of paint");
        rgba.fill(9);
    });
    let failed = encode_frames(&ffmpeg(), job, draw, quiet(), &CancellationToken::new()).await;
    match failed {
        Err(MediaError::Drawing { frame: 11, reason }) => assert_eq!(reason, "out of paint"),
        other => panic!("{other:?}"),
    }
    assert!(names_in(folder.path()).is_empty());
}

#[tokio::test]
async fn sizes_that_cannot_be_encoded_are_refused() {
    for (width, height, length) in [(107, 192, 5), (108, 0, 5), (108, 192, 0)] {
        let folder = folder();
        let job = FrameJob {
            resolution: Resolution { width, height },
            length: Frames(length),
            out: folder.path().join("clip.mp4"),
        };
        let draw = Arc::new(|_: Frames, _: &mut [u8]| {});
        let refused = encode_frames(&ffmpeg(), job, draw, quiet(), &CancellationToken::new()).await;
        assert!(matches!(refused, Err(MediaError::BadMedia { .. })), "{width}x{height}, {length}");
    }
}

/// The grey of one pixel of a picture, as drawn.
fn full_range_pixel(picture: &Path, x: usize, y: usize) -> u8 {
    let decoded = Command::new("ffmpeg")
        .args(["-v", "error", "-i"])
        .arg(picture)
        .args(["-f", "rawvideo", "-pix_fmt", "rgb24", "-"])
        .output()
        .expect("ffmpeg runs");
    decoded.stdout[(y * 54 + x) * 3]
}

#[tokio::test]
async fn a_thumbnail_shows_the_frame_asked_for() {
    // Not one of the odd names: ffmpeg, with which the test looks at it, takes `%d` in an image's name
    // for a pattern.
    let folder = tempfile::tempdir().expect("a folder");
    let clip = grey_clip(folder.path(), "clip.mp4", 60, |frame| if frame == 37 { 230 } else { 20 }).await;
    let still = folder.path().join("still.jpg");
    let cancel = CancellationToken::new();
    for (at, grey) in [(37, 230), (36, 20), (38, 20), (0, 20), (1000, 20)] {
        thumbnail(&ffmpeg(), &clip, Frames(at), 54, &still, &cancel).await.expect("a still");
        let found = probe(&ffmpeg(), &still).await.expect("a picture");
        assert_eq!((found.width, found.height, found.video_codec.as_str()), (54, 96, "mjpeg"));
        // JPEG is full range: the grey comes back as it was drawn.
        assert_eq!(found.pixel_format, "yuvj420p");
        let pixel = full_range_pixel(&still, 20, 20);
        assert_near(pixel, grey, &format!("the still at {at}"));
    }
}
