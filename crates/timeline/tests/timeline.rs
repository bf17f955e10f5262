//! The document's arithmetic, checked on timelines written as `A48 B36/8`: clip lengths in frames,
//! `/` the transition from the clip before.

use admint_domain::{AspectRatio, AssetId, Frames, OverlayId, OverlayRole, Rgb, SceneId, TextPlacement};
use admint_timeline::{
    Animation, Clip, Font, Grade, InvalidTimeline, Overlay, OverlayStyle, SpokenLine, Timeline, Transition,
    TransitionStyle, VoiceOver,
};
use proptest::prelude::*;

/// The nil id, as its text form: these tests need no particular one.
fn nil<T: std::str::FromStr<Err: std::fmt::Debug>>() -> T {
    "00000000-0000-0000-0000-000000000000".parse().unwrap()
}

fn timeline(text: &str) -> Timeline {
    let clips = text
        .split_whitespace()
        .map(|clip| {
            let (length, fade) = match clip[1..].split_once('/') {
                Some((length, fade)) => (length, Some(fade.parse().unwrap())),
                None => (&clip[1..], None),
            };
            Clip {
                asset: nil::<AssetId>(),
                scene: nil::<SceneId>(),
                source_in: Frames::ZERO,
                length: Frames(length.parse().unwrap()),
                transition: fade
                    .map(|length| Transition { length: Frames(length), style: TransitionStyle::Dissolve }),
            }
        })
        .collect();
    Timeline {
        aspect: AspectRatio::Portrait9x16,
        clips,
        overlays: Vec::new(),
        music: None,
        voice: None,
        captioned: false,
        grade: Grade::default(),
    }
}

fn overlay(start: u32, length: u32, text: &str) -> Overlay {
    Overlay {
        id: nil::<OverlayId>(),
        role: OverlayRole::Headline,
        text: text.into(),
        start: Frames(start),
        length: Frames(length),
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
fn check_starts(text: &str, starts: &[u32], total: u32) {
    let timeline = timeline(text);
    assert_eq!(timeline.validate(), Ok(()));
    assert_eq!(timeline.spans().map(|span| span.start.0).collect::<Vec<_>>(), starts);
    assert_eq!(timeline.total(), Frames(total));
    assert_eq!(timeline.spans().last().unwrap().end(), Frames(total));
}

#[test]
fn clips_lie_end_to_end_less_their_transitions() {
    check_starts("A48", &[0], 48);
    check_starts("A48 B36", &[0, 48], 84);
    check_starts("A48 B36/8", &[0, 40], 76);
    check_starts("A48 B36/8 C24/4", &[0, 40, 72], 96);
}

#[track_caller]
fn check_refused(timeline: &Timeline, reason: InvalidTimeline) {
    assert_eq!(timeline.validate(), Err(reason));
}

#[test]
fn refuses_what_cannot_be_rendered() {
    check_refused(&timeline(""), InvalidTimeline::Empty);
    check_refused(&timeline("A0"), InvalidTimeline::NoLength(0));
    check_refused(&timeline("A9/2"), InvalidTimeline::FirstClipTransition);
    check_refused(&timeline("A9 B10/6 C9/5"), InvalidTimeline::TransitionTooLong(1));
    let spoken = |lines: &[(u32, u32)]| {
        let line = |&(from, to): &(u32, u32)| SpokenLine {
            scene: 0,
            from: Frames(from),
            to: Frames(to),
            words: Vec::new(),
        };
        let voice = VoiceOver { asset: nil::<AssetId>(), lines: lines.iter().map(line).collect() };
        Timeline { voice: Some(voice), ..timeline("A48") }
    };
    assert_eq!(spoken(&[(0, 10), (10, 48)]).validate(), Ok(()));
    check_refused(&spoken(&[(0, 10), (9, 20)]), InvalidTimeline::Line(1));
    check_refused(&spoken(&[(5, 5)]), InvalidTimeline::Line(0));
    check_refused(&spoken(&[(5, 49)]), InvalidTimeline::Line(0));
    let with = |overlay| Timeline { overlays: vec![overlay], ..timeline("A48") };
    check_refused(&with(overlay(40, 9, "Late")), InvalidTimeline::OverlayOutside(0));
    check_refused(&with(overlay(0, 0, "Never")), InvalidTimeline::OverlayOutside(0));
    check_refused(&with(overlay(0, 9, " ")), InvalidTimeline::NoWords(0));
    let grade = Grade { contrast: 1001, ..Grade::default() };
    check_refused(&Timeline { grade, ..timeline("A48") }, InvalidTimeline::Grade);
}

proptest! {
    #[test]
    fn total_is_the_clips_less_the_overlaps(lengths in prop::collection::vec(24u32..200, 1..8), fade in 0u32..12) {
        let text = lengths
            .iter()
            .enumerate()
            .map(|(index, length)| if index == 0 { format!("A{length}") } else { format!("A{length}/{fade}") })
            .collect::<Vec<_>>()
            .join(" ");
        let timeline = timeline(&text);
        prop_assert_eq!(timeline.validate(), Ok(()));
        let expected = lengths.iter().sum::<u32>() - fade * (lengths.len() as u32 - 1);
        prop_assert_eq!(timeline.total(), Frames(expected));
        prop_assert_eq!(timeline.spans().last().unwrap().end(), Frames(expected));
        // Every clip starts before its predecessor ends, never before it starts.
        let spans: Vec<_> = timeline.spans().collect();
        for pair in spans.windows(2) {
            prop_assert_eq!(pair[0].end().0 - pair[1].start.0, fade);
        }
    }

    #[test]
    fn json_round_trips(start in 0u32..40, text in "\\PC{1,40}") {
        prop_assume!(!text.trim().is_empty());
        let timeline = Timeline { overlays: vec![overlay(start, 8, &text)], ..timeline("A48 B36/8") };
        let json = serde_json::to_string(&timeline).unwrap();
        prop_assert_eq!(serde_json::from_str::<Timeline>(&json).unwrap(), timeline);
    }
}
