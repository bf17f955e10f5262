//! A render plan as ffmpeg's filter graph. Numbers only: no path and no user's word gets in here.
//!
//! ```text
//! clip 0 --+
//!          join ---+
//! clip 1 --+       join -- grade ---+
//! clip 2 ----------+                overlay --+
//! overlay 0 ------------------------+         overlay -- out
//! overlay 1 ----------------------------------+
//! ```
//! Every stream is put on a clock of 1/24 s and counted anew (`setpts=N`), so that all arithmetic is in
//! whole frames.

use std::fmt::Write;

use admint_domain::{FRAME_RATE, Frames};
use admint_timeline::{Grade, TransitionStyle};

use crate::{plan::RenderPlan, profile::MEZZANINE_GOP};

/// The whole second at which a clip's file is entered: the key frame at or before `source_in`.
pub(crate) fn seek_seconds(source_in: Frames) -> u32 {
    source_in.0 / MEZZANINE_GOP * MEZZANINE_GOP / FRAME_RATE
}

/// The graph for a plan whose clips and then overlays are inputs 0, 1, 2, ...; it ends in `[out]`.
pub(crate) fn graph(plan: &RenderPlan) -> String {
    let mut graph = String::new();
    for (index, clip) in plan.clips.iter().enumerate() {
        let first = clip.source_in.0 - Frames::from_seconds(seek_seconds(clip.source_in)).0;
        let end = first + clip.length.0;
        push(
            &mut graph,
            format_args!(
                "[{index}:v]trim=start_frame={first}:end_frame={end},{},setpts=N,setsar=1[clip{index}]",
                clock()
            ),
        );
    }
    let mut picture = "clip0".to_owned();
    let mut total = plan.clips.first().map_or(Frames::ZERO, |clip| clip.length);
    for (index, clip) in plan.clips.iter().enumerate().skip(1) {
        let joined = format!("joined{index}");
        let start = total - clip.overlap;
        if clip.overlap == Frames::ZERO {
            // `concat` goes over to a clock of microseconds.
            push(
                &mut graph,
                format_args!("[{picture}][clip{index}]concat=n=2:v=1:a=0,{},setpts=N[{joined}]", clock()),
            );
        } else if let Some(place) = sliding(clip.style, start, clip.overlap) {
            push(&mut graph, format_args!("[clip{index}]setpts=N+{}[coming{index}]", start.0));
            push(
                &mut graph,
                format_args!(
                    "[{picture}][coming{index}]overlay={place}:eof_action=repeat:format=yuv420[{joined}]"
                ),
            );
        } else {
            // As `xfade` would mix them, at a tenth of its cost: it works in floats, `overlay` in
            // vectors of bytes. Behind the fade the upper clip is opaque, and the lower one's last
            // frame is repeated under it unseen.
            push(
                &mut graph,
                format_args!(
                    "[clip{index}]format=yuva420p,fade=t=in:s=0:n={}:alpha=1,setpts=N+{}[fading{index}]",
                    clip.overlap.0, start.0
                ),
            );
            push(
                &mut graph,
                format_args!("[{picture}][fading{index}]overlay=eof_action=repeat:format=yuv420[{joined}]"),
            );
        }
        total = start + clip.length;
        picture = joined;
    }
    // Words keep their colours: the look is for what lies under them.
    let mut filters = grade_filters(plan.grade);
    filters.push("format=yuv420p".to_owned());
    push(&mut graph, format_args!("[{picture}]{}[graded]", filters.join(",")));
    picture = "graded".to_owned();
    for (index, overlay) in plan.overlays.iter().enumerate() {
        let input = plan.clips.len() + index;
        push(
            &mut graph,
            format_args!(
                "[{input}:v]trim=end_frame={},{},setpts=N+{}[words{index}]",
                overlay.length.0,
                clock(),
                overlay.start.0
            ),
        );
        // Before its first and after its last frame an overlay is not there: `overlay` goes by the
        // time stamps, and `pass` lets the picture through after the end.
        push(
            &mut graph,
            format_args!(
                "[{picture}][words{index}]overlay=x={}:y={}:eof_action=pass:format=yuv420[over{index}]",
                overlay.x, overlay.y
            ),
        );
        picture = format!("over{index}");
    }
    push(
        &mut graph,
        format_args!(
            "[{picture}]setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709[out]"
        ),
    );
    graph
}

/// Where the upper clip is while it slides in, as the `overlay` filter's options: from outside the frame to
/// its place, fast at first, and there for good after `overlap` frames.
fn sliding(style: TransitionStyle, start: Frames, overlap: Frames) -> Option<String> {
    let left = format!("pow(1-clip((t*{FRAME_RATE}-{}+1)/{},0,1),3)", start.0, overlap.0 + 1);
    match style {
        TransitionStyle::Dissolve => None,
        TransitionStyle::SlideLeft => Some(format!("x='W*{left}'")),
        TransitionStyle::SlideUp => Some(format!("y='H*{left}'")),
        TransitionStyle::SlideDown => Some(format!("y='-H*{left}'")),
    }
}

/// Only what changes something, and only filters that work on YUV planes: a detour over RGB would
/// cost more than all the rest of the graph.
fn grade_filters(grade: Grade) -> Vec<String> {
    let mut filters = Vec::new();
    if grade.contrast != 0 || grade.brightness != 0 {
        filters.push(format!(
            "eq=contrast={}:brightness={}",
            thousandths(1000 + grade.contrast),
            thousandths(grade.brightness)
        ));
    }
    if grade.saturation != 0 || grade.temperature != 0 {
        // Warmth goes into the highlights and leaves black black. At its end it moves white by a
        // tenth of the colour range.
        let red = grade.temperature / 10;
        filters.push(format!(
            "colorcorrect=rh={}:bh={}:saturation={}",
            thousandths(red),
            thousandths(-red),
            thousandths(1000 + grade.saturation)
        ));
    }
    filters
}

fn clock() -> String {
    format!("settb=1/{FRAME_RATE}")
}

fn thousandths(value: i16) -> String {
    format!("{:.3}", f64::from(value) / 1000.0)
}

fn push(graph: &mut String, chain: std::fmt::Arguments<'_>) {
    if !graph.is_empty() {
        graph.push(';');
    }
    // Writing into a string cannot fail.
    let _ = graph.write_fmt(chain);
}

#[cfg(test)]
mod tests {
    use admint_domain::Resolution;

    use super::*;
    use crate::plan::{ClipInput, OverlayInput};

    /// Clips as (source_in, length, overlap), overlays as (start, length), and words to find.
    fn check(clips: &[(u32, u32, u32)], overlays: &[(u32, u32)], grade: Grade, expected: &[&str]) {
        let plan = RenderPlan {
            resolution: Resolution { width: 108, height: 192 },
            clips: clips
                .iter()
                .map(|&(source_in, length, overlap)| ClipInput {
                    path: "clip.mp4".into(),
                    source_in: Frames(source_in),
                    length: Frames(length),
                    overlap: Frames(overlap),
                    style: TransitionStyle::Dissolve,
                })
                .collect(),
            overlays: overlays
                .iter()
                .map(|&(start, length)| OverlayInput {
                    path: "o'ver;lay.nut".into(),
                    x: 4,
                    y: 8,
                    start: Frames(start),
                    length: Frames(length),
                })
                .collect(),
            grade,
        };
        let graph = graph(&plan);
        for words in expected {
            assert!(graph.contains(words), "no {words} in {graph}");
        }
        assert!(!graph.contains("lay.nut"));
    }

    #[test]
    fn fades_start_where_the_row_so_far_ends_less_the_overlap() {
        check(
            &[(0, 72, 0), (0, 48, 8), (0, 60, 12)],
            &[],
            Grade::default(),
            &[
                "[clip1]format=yuva420p,fade=t=in:s=0:n=8:alpha=1,setpts=N+64[fading1]",
                "[clip0][fading1]overlay=eof_action=repeat:format=yuv420[joined1]",
                "[clip2]format=yuva420p,fade=t=in:s=0:n=12:alpha=1,setpts=N+100[fading2]",
                "[joined2]format=yuv420p[graded]",
            ],
        );
    }

    #[test]
    fn a_trim_counts_from_the_key_frame_before_it() {
        check(&[(53, 10, 0)], &[], Grade::default(), &["trim=start_frame=5:end_frame=15,"]);
        assert_eq!(seek_seconds(Frames(53)), 2);
        assert_eq!(seek_seconds(Frames(23)), 0);
    }

    #[test]
    fn cuts_and_overlays() {
        check(
            &[(0, 10, 0), (0, 10, 0)],
            &[(3, 4), (12, 8)],
            Grade::default(),
            &[
                "[clip0][clip1]concat=n=2:v=1:a=0,settb=1/24,setpts=N[joined1]",
                "[2:v]trim=end_frame=4,settb=1/24,setpts=N+3[words0]",
                "[over0][words1]overlay=x=4:y=8",
            ],
        );
    }

    #[test]
    fn a_grade_is_only_what_it_changes() {
        let grade = Grade { contrast: 100, saturation: -250, brightness: 0, temperature: 500 };
        check(
            &[(0, 10, 0)],
            &[],
            grade,
            &["]eq=contrast=1.100:brightness=0.000,colorcorrect=rh=0.050:bh=-0.050:saturation=0.750,format"],
        );
    }
}
