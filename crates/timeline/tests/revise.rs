//! Revisions of a document, on clips written as `A1:48`: the scene, which of its clips, and the length.

use admint_domain::{AspectRatio, AssetId, Frames, OverlayId, OverlayRole, Rgb, SceneId, TextPlacement};
use admint_timeline::{
    Animation, Clip, Font, Grade, Music, NoSuchScene, Overlay, OverlayStyle, Timeline, Transition,
    TransitionStyle,
};

/// An id by its number.
fn id<T: std::str::FromStr<Err: std::fmt::Debug>>(number: u128) -> T {
    format!("{number:032x}").parse().unwrap()
}

fn scene(name: char) -> SceneId {
    id(u128::from(name as u32))
}

fn asset(name: &str) -> AssetId {
    id(name.bytes().fold(0, |sum, byte| sum * 256 + u128::from(byte)))
}

fn timeline(text: &str) -> Timeline {
    let clips = text.split_whitespace().enumerate().map(|(index, clip)| {
        let (name, length) = clip.split_once(':').unwrap();
        Clip {
            asset: asset(name),
            scene: scene(name.chars().next().unwrap()),
            source_in: Frames::ZERO,
            length: Frames(length.parse().unwrap()),
            transition: (index > 0)
                .then_some(Transition { length: Frames(6), style: TransitionStyle::SlideLeft }),
        }
    });
    Timeline {
        aspect: AspectRatio::Portrait9x16,
        clips: clips.collect(),
        overlays: Vec::new(),
        music: Some(Music {
            asset: asset("music"),
            gain_centibels: 0,
            fade_in: Frames::ZERO,
            fade_out: Frames(6),
        }),
        voice: None,
        captioned: false,
        grade: Grade::default(),
    }
}

fn overlay(id: u128, start: u32, text: &str) -> Overlay {
    Overlay {
        id: self::id::<OverlayId>(id),
        role: OverlayRole::Headline,
        text: text.into(),
        start: Frames(start),
        length: Frames(24),
        placement: TextPlacement::Upper,
        style: OverlayStyle {
            font: Font::Poster,
            ink: Rgb::WHITE,
            plate: None,
            accent: Rgb::WHITE,
            animation: Animation::Rise,
        },
    }
}

#[track_caller]
fn check_replaced(before: &str, name: char, clip: &str, after: &str) {
    assert_eq!(timeline(before).replace_clip(scene(name), asset(clip)), Ok(timeline(after)));
}

#[test]
fn only_that_clip_is_replaced() {
    check_replaced("A1:48 B1:36 C1:60", 'B', "B2", "A1:48 B2:36 C1:60");
    check_replaced("A1:48 B1:36", 'A', "A1", "A1:48 B1:36");
    assert_eq!(timeline("A1:48").replace_clip(scene('B'), asset("B2")), Err(NoSuchScene));
}

/// Another clip is seen from its start; the same one as it was cut.
#[test]
fn a_cut_of_the_clip_before_is_not_one_of_the_next() {
    let mut before = timeline("A1:48 B1:36");
    before.clips[0].source_in = Frames(12);
    before.clips[1].source_in = Frames(12);
    let after = before.revised(timeline("A1:48 B2:36"));
    assert_eq!(after.clips[0].source_in, Frames(12));
    assert_eq!((after.clips[1].asset, after.clips[1].source_in), (asset("B2"), Frames::ZERO));
}

#[test]
fn what_the_plan_does_not_say_is_kept() {
    let mut before = timeline("A1:48 B1:36");
    before.grade.contrast = 120;
    before.music.as_mut().unwrap().gain_centibels = -300;
    before.overlays = vec![overlay(1, 0, "Wake up"), overlay(2, 48, "Sip")];
    let mut laid_out = timeline("A1:48 B1:60");
    laid_out.music.as_mut().unwrap().asset = asset("other");
    laid_out.overlays = vec![overlay(8, 0, "Wake up"), overlay(9, 48, "Sip slowly")];
    let after = before.revised(laid_out);

    assert_eq!(after.clips, timeline("A1:48 B1:60").clips);
    assert_eq!(after.grade.contrast, 120);
    let music = after.music.unwrap();
    assert_eq!((music.asset, music.gain_centibels), (asset("other"), -300));
    assert_eq!(after.overlays, [overlay(1, 0, "Wake up"), overlay(9, 48, "Sip slowly")]);
}

#[test]
fn nothing_changed_is_the_same_document() {
    let mut before = timeline("A1:48 B1:36");
    before.overlays = vec![overlay(1, 0, "Wake up")];
    let mut laid_out = before.clone();
    laid_out.overlays = vec![overlay(8, 0, "Wake up")];
    assert_eq!(before.revised(laid_out), before);
    // Who took the music away does not get it back with other words.
    before.music = None;
    assert_eq!(before.revised(timeline("A1:48 B1:36")).music, None);
}
