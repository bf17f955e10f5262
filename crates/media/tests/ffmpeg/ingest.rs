use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use admint_domain::{Frames, Resolution};
use admint_media::{MediaError, ingest, probe};
use tokio_util::sync::CancellationToken;

use crate::fixture::{SMALL, assert_near, ffmpeg, folder, grey_clip, names_in, pixel_in_each_frame};

/// A landscape clip at 30 frames per second, 45 frames long: red on the left, blue on the right, a
/// green middle.
fn landscape(folder: &Path) -> PathBuf {
    let file = folder.join("foreign.mkv");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", "color=red:s=100x180:r=30:d=1.5"])
        .args(["-f", "lavfi", "-i", "color=lime:s=120x180:r=30:d=1.5"])
        .args(["-f", "lavfi", "-i", "color=blue:s=100x180:r=30:d=1.5"])
        .args(["-f", "lavfi", "-i", "sine=d=1.5", "-filter_complex", "[0][1][2]hstack=3[v]"])
        .args(["-map", "[v]", "-map", "3:a", "-c:v", "ffv1"])
        .arg(&file)
        .status()
        .expect("ffmpeg runs");
    assert!(made.success());
    file
}

async fn check(length: Option<u32>, expected: u64) {
    let folder = folder();
    let foreign = landscape(folder.path());
    let out = folder.path().join("clip.mp4");
    let cancel = CancellationToken::new();
    ingest(&ffmpeg(), &foreign, SMALL, length.map(Frames), &out, &cancel).await.expect("is taken in");
    let found = probe(&ffmpeg(), &out).await.expect("probes");
    assert_eq!((found.width, found.height, found.frame_count), (108, 192, expected));
    assert_eq!((found.frame_rate, found.audio), (24.0, None));
    // Filled and not squeezed: only the green middle is left, up to the edges.
    for x in [1, 54, 106] {
        let pixel = *pixel_in_each_frame(&out, SMALL, x, 96).last().expect("frames");
        assert_near(pixel[0], 173, "luma of green");
        assert_near(pixel[1], 42, "blue of green");
    }
}

#[tokio::test]
async fn a_foreign_clip_becomes_a_house_clip() {
    check(None, 36).await;
}

#[tokio::test]
async fn a_long_clip_is_cut() {
    check(Some(20), 20).await;
}

#[tokio::test]
async fn a_short_clip_holds_its_last_frame() {
    check(Some(50), 50).await;
}

#[tokio::test]
async fn a_playlist_is_no_clip() {
    let folder = folder();
    let clip = grey_clip(folder.path(), "secret.mp4", 5, |_| 80).await;
    let playlist = folder.path().join("upload.mp4");
    let words = format!("#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n", clip.display());
    fs::write(&playlist, words).expect("writes");
    let out = folder.path().join("clip.mp4");
    let cancel = CancellationToken::new();
    let refused = ingest(&ffmpeg(), &playlist, SMALL, None, &out, &cancel).await;
    assert!(matches!(refused, Err(MediaError::Failed { .. })), "{refused:?}");
    let refused = probe(&ffmpeg(), &playlist).await;
    assert!(matches!(refused, Err(MediaError::BadMedia { .. })), "{refused:?}");
    assert_eq!(names_in(folder.path()), ["secret.mp4", "upload.mp4"]);
}

#[tokio::test]
async fn odd_sizes_are_scaled_to_fill() {
    let folder = folder();
    let clip = grey_clip(folder.path(), "clip.mp4", 5, |_| 80).await;
    let out = folder.path().join("wide.mp4");
    let wide = Resolution { width: 190, height: 106 };
    ingest(&ffmpeg(), &clip, wide, Some(Frames(5)), &out, &CancellationToken::new())
        .await
        .expect("is taken in");
    let found = probe(&ffmpeg(), &out).await.expect("probes");
    assert_eq!((found.width, found.height, found.frame_count), (190, 106, 5));
}
