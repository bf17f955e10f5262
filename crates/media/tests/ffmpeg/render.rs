use std::{path::Path, sync::Arc};

use admint_domain::{AspectRatio, AssetId, Frames, Resolution, SceneId};
use admint_media::{
    ClipInput, ClipSource, Drawing, FrameJob, InvalidPlan, MediaError, OverlayInput, RenderPlan,
    encode_frames, probe, render_video,
};
use admint_timeline::{Clip, Grade, Timeline, Transition, TransitionStyle};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use tokio_util::sync::CancellationToken;

use crate::fixture::{
    SMALL, assert_near, ffmpeg, folder, grey_clip, luma, names_in, pixel_in_each_frame, quiet,
};

fn plan(clips: Vec<ClipInput>, overlays: Vec<OverlayInput>, grade: Grade) -> RenderPlan {
    RenderPlan { resolution: SMALL, clips, overlays, grade }
}

fn clip(path: &Path, source_in: u32, length: u32, overlap: u32) -> ClipInput {
    ClipInput {
        source: ClipSource::File(path.to_owned()),
        source_in: Frames(source_in),
        length: Frames(length),
        overlap: Frames(overlap),
        style: TransitionStyle::Dissolve,
    }
}

async fn render(plan: &RenderPlan, out: &Path) {
    render_video(&ffmpeg(), plan, out, quiet(), &CancellationToken::new()).await.expect("renders");
}

/// A frame of clip `a` at weight 1 - `share`, and of `b` at `share`.
fn mixed(a: u8, b: u8, share: f32) -> u8 {
    (f32::from(luma(a)) * (1.0 - share) + f32::from(luma(b)) * share).round() as u8
}

#[test]
fn every_frame_is_where_the_arithmetic_says() {
    // Two to four clips; what a fade may take of a clip's 40 frames is half of its length.
    let row = prop::collection::vec((1_u32..24, 0_u32..30, 0_u32..12), 2..5);
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let folder = folder();
    let levels = [40_u8, 200, 90, 240];
    let sources = runtime.block_on(async {
        [
            grey_clip(folder.path(), "0.mp4", 60, |_| 40).await,
            grey_clip(folder.path(), "1.mp4", 60, |_| 200).await,
            grey_clip(folder.path(), "2.mp4", 60, |_| 90).await,
            grey_clip(folder.path(), "3.mp4", 60, |_| 240).await,
        ]
    });
    let mut runner = TestRunner::new(Config { cases: 8, max_shrink_iters: 20, ..Config::default() });
    runner
        .run(&row, |row| {
            let mut clips: Vec<ClipInput> = Vec::new();
            for (index, (length, source_in, fade)) in row.into_iter().enumerate() {
                let room = clips.last().map_or(0, |last| (last.length - last.overlap).0);
                let fade = fade.min(room).min(length);
                clips.push(clip(&sources[index], source_in, length, fade));
            }
            let plan = plan(clips, Vec::new(), Grade::default());
            let out = folder.path().join("out.mp4");
            runtime.block_on(render(&plan, &out));
            let seen = pixel_in_each_frame(&out, SMALL, 50, 90);
            prop_assert_eq!(seen.len(), plan.total().0 as usize);
            let mut start = 0;
            for (index, clip) in plan.clips.iter().enumerate() {
                start -= clip.overlap.0;
                let fades_out = plan.clips.get(index + 1).map_or(0, |next| next.overlap.0);
                let alone = start + clip.overlap.0..start + clip.length.0 - fades_out;
                for at in alone {
                    let level = seen[at as usize][0];
                    prop_assert!(
                        level.abs_diff(luma(levels[index])) <= 3,
                        "frame {} of {:?} is {}",
                        at,
                        plan.clips,
                        level
                    );
                }
                start += clip.length.0;
            }
            Ok(())
        })
        .expect("every case");
}

#[tokio::test]
async fn a_crossfade_mixes_both_clips() {
    let folder = folder();
    let dark = grey_clip(folder.path(), "dark.mp4", 24, |_| 30).await;
    let light = grey_clip(folder.path(), "light.mp4", 24, |_| 230).await;
    let out = folder.path().join("out.mp4");
    render(&plan(vec![clip(&dark, 0, 24, 0), clip(&light, 0, 24, 8)], Vec::new(), Grade::default()), &out)
        .await;
    let seen = pixel_in_each_frame(&out, SMALL, 50, 90);
    assert_eq!(seen.len(), 40);
    for step in 0..8_u8 {
        let expected = mixed(30, 230, f32::from(step) / 8.0);
        assert!(
            seen[16 + usize::from(step)][0].abs_diff(expected) <= 4,
            "step {step}: {} and not {expected}",
            seen[16 + usize::from(step)][0]
        );
    }
    assert_near(seen[24][0], luma(230), "after the fade");
}

/// Drawn and decoded clips in one row: each of its frames is where the arithmetic says.
#[tokio::test]
async fn drawn_clips_and_files_make_one_film() {
    let folder = folder();
    let counting = |frame: u32| (frame * 4) as u8;
    let file = grey_clip(folder.path(), "clip.mp4", 60, counting).await;
    let grey = |level: fn(u32) -> u8| {
        ClipSource::Drawn(Drawing::new("grey", move |at, rgba: &mut [u8]| {
            rgba.as_chunks_mut().0.fill([level(at.0), level(at.0), level(at.0), 255]);
        }))
    };
    let drawn = |source_in, length, overlap| ClipInput {
        source: grey(|frame| 250 - 4 * frame as u8),
        ..clip(Path::new(""), source_in, length, overlap)
    };
    let out = folder.path().join("out.mp4");
    let clips = vec![drawn(5, 20, 0), clip(&file, 3, 20, 4), drawn(0, 20, 4)];
    render(&plan(clips, Vec::new(), Grade::default()), &out).await;
    let seen = pixel_in_each_frame(&out, SMALL, 50, 90);
    assert_eq!(seen.len(), 52);
    let drawn = |frame: u8| 250 - 4 * frame;
    for (at, pixel) in (0_u8..).zip(seen) {
        let expected = match at {
            0..16 => luma(drawn(5 + at)),
            16..20 => mixed(drawn(5 + at), 4 * (at - 16 + 3), f32::from(at - 16) / 4.0),
            20..32 => luma(4 * (at - 16 + 3)),
            32..36 => mixed(4 * (at - 16 + 3), drawn(at - 32), f32::from(at - 32) / 4.0),
            _ => luma(drawn(at - 32)),
        };
        assert!(pixel[0].abs_diff(expected) <= 4, "frame {at}: {} and not {expected}", pixel[0]);
    }
}

#[tokio::test]
async fn a_clip_of_another_size_is_refused() {
    let folder = folder();
    let source = grey_clip(folder.path(), "clip.mp4", 10, |_| 100).await;
    let mut wider = plan(vec![clip(&source, 0, 10, 0)], Vec::new(), Grade::default());
    wider.resolution.width += 2;
    let out = folder.path().join("ad.mp4");
    let failed = render_video(&ffmpeg(), &wider, &out, quiet(), &CancellationToken::new()).await;
    match failed {
        Err(MediaError::BadMedia { reason, .. }) => assert_eq!(reason, "is 108x192 and not 110x192"),
        other => panic!("{other:?}"),
    }
    assert_eq!(names_in(folder.path()), ["clip.mp4"]);
}

#[tokio::test]
async fn a_sliding_clip_comes_from_its_side_and_stays() {
    let folder = folder();
    let dark = grey_clip(folder.path(), "dark.mp4", 24, |_| 30).await;
    let light = grey_clip(folder.path(), "light.mp4", 24, |_| 230).await;
    // Where the next clip is first, and where last.
    for (style, first, last) in [
        (TransitionStyle::SlideLeft, (104, 90), (4, 90)),
        (TransitionStyle::SlideUp, (50, 188), (50, 4)),
        (TransitionStyle::SlideDown, (50, 4), (50, 188)),
    ] {
        let out = folder.path().join("out.mp4");
        let coming = ClipInput { style, ..clip(&light, 0, 24, 8) };
        render(&plan(vec![clip(&dark, 0, 24, 0), coming], Vec::new(), Grade::default()), &out).await;
        let (near, far) = (
            pixel_in_each_frame(&out, SMALL, first.0, first.1),
            pixel_in_each_frame(&out, SMALL, last.0, last.1),
        );
        assert_eq!(near.len(), 40);
        assert_near(near[15][0], luma(30), &format!("{style:?}: before"));
        assert_near(near[16][0], luma(230), &format!("{style:?}: comes in at once"));
        assert_near(far[16][0], luma(30), &format!("{style:?}: has the frame yet to cross"));
        // It moves: the far side is reached on the way, neither at once nor only at the end.
        let reached = far.iter().position(|pixel| pixel[0].abs_diff(luma(230)) <= 4).expect("it comes");
        assert!((18..24).contains(&reached), "{style:?}: reached in frame {reached}");
        for (frame, pixel) in far.iter().enumerate().skip(24) {
            assert_near(pixel[0], luma(230), &format!("{style:?}: is there in frame {frame}"));
        }
    }
}

#[tokio::test]
async fn a_trim_begins_at_its_very_frame() {
    let folder = folder();
    let counting = |frame: u32| (frame * 4) as u8;
    let source = grey_clip(folder.path(), "clip.mp4", 60, counting).await;
    for source_in in [0, 1, 23, 24, 25, 47, 50] {
        let out = folder.path().join("out.mp4");
        render(&plan(vec![clip(&source, source_in, 10, 0)], Vec::new(), Grade::default()), &out).await;
        let seen = pixel_in_each_frame(&out, SMALL, 50, 90);
        assert_eq!(seen.len(), 10);
        for (frame, pixel) in (source_in..).zip(seen) {
            assert_near(pixel[0], luma(counting(frame)), &format!("frame {frame}, entered at {source_in}"));
        }
    }
}

#[tokio::test]
async fn overlays_appear_at_their_place_and_time() {
    let folder = folder();
    let base = grey_clip(folder.path(), "clip.mp4", 48, |_| 60).await;
    // Opaque white on the left, half-transparent white on the right; the last frame is black.
    let draw = |at: Frames, rgba: &mut [u8]| {
        let level = if at == Frames(11) { 0 } else { 255 };
        for row in rgba.chunks_exact_mut(160) {
            let (left, right) = row.split_at_mut(80);
            left.as_chunks_mut().0.fill([level, level, level, 255]);
            right.as_chunks_mut().0.fill([level, level, level, 128]);
        }
    };
    let over = |x, y, start| OverlayInput {
        drawing: Drawing::new("words", draw),
        size: Resolution { width: 40, height: 20 },
        x,
        y,
        start: Frames(start),
        length: Frames(12),
    };
    let plan = plan(
        vec![clip(&base, 0, 48, 0)],
        vec![over(10, 40, 7), over(60, 100, 36), over(10, 150, 0)],
        // The look is for the picture below; what is white stays white.
        Grade { brightness: -20, ..Grade::default() },
    );
    let out = folder.path().join("out.mp4");
    render(&plan, &out).await;
    let ground = pixel_in_each_frame(&out, SMALL, 54, 8)[20][0];
    let check = |x: usize, y: usize, start: usize, white: u8, black: u8| {
        let seen = pixel_in_each_frame(&out, SMALL, x, y);
        assert_eq!(seen.len(), 48);
        for (at, pixel) in seen.into_iter().enumerate() {
            let expected = match at.checked_sub(start) {
                Some(0..11) => white,
                Some(11) => black,
                _ => ground,
            };
            assert!(
                pixel[0].abs_diff(expected) <= 6,
                "({x}, {y}) at {at}: {} and not {expected}, overlay from {start}",
                pixel[0]
            );
        }
    };
    check(18, 50, 7, 235, 16);
    check(68, 110, 36, 235, 16);
    check(18, 160, 0, 235, 16);
    check(42, 50, 7, 235 / 2 + ground / 2, 8 + ground / 2);
}

#[tokio::test]
async fn a_grade_changes_what_it_names() {
    let folder = folder();
    let source = folder.path().join("clip.mp4");
    let job = FrameJob { resolution: SMALL, length: Frames(3), out: source.clone() };
    let draw = |_: Frames, rgba: &mut [u8]| rgba.as_chunks_mut().0.fill([200, 120, 120, 255]);
    encode_frames(&ffmpeg(), job, Arc::new(draw), quiet(), &CancellationToken::new()).await.expect("encodes");
    let graded = async |grade: Grade| {
        let out = folder.path().join("out.mp4");
        render(&plan(vec![clip(&source, 0, 3, 0)], Vec::new(), grade), &out).await;
        pixel_in_each_frame(&out, SMALL, 50, 90)[1].map(i32::from)
    };
    let [luma, blue, red] = graded(Grade::default()).await;
    let brighter = graded(Grade { brightness: 100, ..Grade::default() }).await;
    assert!(brighter[0] > luma + 10, "{brighter:?}");
    let duller = graded(Grade { saturation: -500, ..Grade::default() }).await;
    assert!((duller[2] - 128) * 3 < (red - 128) * 2 && duller[0].abs_diff(luma) <= 2, "{duller:?}");
    let warmer = graded(Grade { temperature: 800, ..Grade::default() }).await;
    assert!(warmer[2] > red + 3 && warmer[1] < blue - 3, "{warmer:?} from {blue} {red}");
    let flatter = graded(Grade { contrast: -300, ..Grade::default() }).await;
    assert!((flatter[0] - 128).abs() <= (luma - 128).abs(), "{flatter:?}");
}

#[tokio::test]
async fn what_is_rendered_plays_everywhere() {
    let folder = folder();
    let source = grey_clip(folder.path(), "clip.mp4", 30, |frame| frame as u8).await;
    let out = folder.path().join("ad.mp4");
    render(&plan(vec![clip(&source, 0, 30, 0)], Vec::new(), Grade::default()), &out).await;
    let found = probe(&ffmpeg(), &out).await.expect("probes");
    assert_eq!((found.frame_rate, found.frame_count, found.duration_seconds), (24.0, 30, 1.25));
    assert_eq!((found.video_codec.as_str(), found.pixel_format.as_str()), ("h264", "yuv420p"));
    assert!(found.fast_start);
    assert_eq!(names_in(folder.path()), ["ad.mp4", "clip.mp4"]);
}

#[tokio::test]
async fn a_clip_shorter_than_the_plan_says_is_no_video() {
    let folder = folder();
    let source = grey_clip(folder.path(), "clip.mp4", 10, |_| 100).await;
    let out = folder.path().join("ad.mp4");
    let plan = plan(vec![clip(&source, 0, 12, 0)], Vec::new(), Grade::default());
    let failed = render_video(&ffmpeg(), &plan, &out, quiet(), &CancellationToken::new()).await;
    assert!(matches!(failed, Err(MediaError::BadMedia { .. })), "{failed:?}");
    assert_eq!(names_in(folder.path()), ["clip.mp4"]);
}

fn timeline() -> Timeline {
    let clip = |length, fade: Option<u32>| Clip {
        asset: AssetId::from_uuid(uuid(7)),
        scene: SceneId::from_uuid(uuid(8)),
        source_in: Frames::ZERO,
        length: Frames(length),
        transition: fade
            .map(|length| Transition { length: Frames(length), style: TransitionStyle::Dissolve }),
    };
    Timeline {
        aspect: AspectRatio::Square,
        clips: vec![clip(72, None), clip(60, Some(12)), clip(48, None)],
        overlays: Vec::new(),
        music: None,
        voice: None,
        captioned: false,
        grade: Grade::default(),
    }
}

fn uuid(number: u128) -> uuid::Uuid {
    uuid::Uuid::from_u128(number)
}

fn file(path: &str) -> ClipSource {
    ClipSource::File(path.into())
}

#[test]
fn a_plan_is_as_long_as_its_timeline() {
    let plan = RenderPlan::new(&timeline(), |_| file("clip.mp4"), Vec::new()).expect("valid");
    assert_eq!(plan.total(), timeline().total());
    assert_eq!(plan.total(), Frames(168));
    assert_eq!(plan.resolution, Resolution { width: 1080, height: 1080 });
}

#[test]
fn a_plan_that_cannot_be_rendered_is_refused() {
    let mut broken = timeline();
    broken.clips.clear();
    let refused = RenderPlan::new(&broken, |_| file("clip.mp4"), Vec::new());
    assert!(matches!(refused, Err(MediaError::BadPlan(InvalidPlan::Timeline(_)))), "{refused:?}");
    let words = OverlayInput {
        drawing: Drawing::new("words", |_, _| ()),
        size: Resolution { width: 10, height: 10 },
        x: 0,
        y: 0,
        start: Frames(150),
        length: Frames(9),
    };
    let late = OverlayInput { start: Frames(160), ..words.clone() };
    let refused = RenderPlan::new(&timeline(), |_| file("clip.mp4"), vec![late]);
    assert!(matches!(refused, Err(MediaError::BadPlan(InvalidPlan::OverlayOutside(0)))), "{refused:?}");
    let beyond = OverlayInput { x: 1072, ..words.clone() };
    let refused = RenderPlan::new(&timeline(), |_| file("clip.mp4"), vec![words.clone(), beyond]);
    assert!(matches!(refused, Err(MediaError::BadPlan(InvalidPlan::OverlayOutside(1)))), "{refused:?}");
    let uneven = OverlayInput { y: 3, ..words };
    let refused = RenderPlan::new(&timeline(), |_| file("clip.mp4"), vec![uneven]);
    assert!(matches!(refused, Err(MediaError::BadPlan(InvalidPlan::OverlayUneven(0)))), "{refused:?}");
}

#[test]
fn a_digest_names_a_plan() {
    let base = plan(vec![clip(Path::new("a.mp4"), 0, 24, 0)], Vec::new(), Grade::default());
    assert_eq!(base.digest(), base.clone().digest());
    assert_eq!(base.digest().len(), 64);
    let mut others = vec![base.clone(), base.clone(), base.clone(), base.clone()];
    others[0].clips[0].length = Frames(25);
    others[1].clips[0].source = file("b.mp4");
    others[2].grade.contrast = 1;
    others[3].resolution.width = 110;
    for other in others {
        assert_ne!(other.digest(), base.digest(), "{other:?}");
    }
}
