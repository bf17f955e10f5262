use admint_domain::{
    AdOptions, ArtDirection, Brief, Framework, OverlayCopy, OverlayId, Palette, Prompt, Rgb, SceneLayout,
    SceneRole, TargetDuration, TextPlacement,
};
use admint_timeline::Overlay;

use super::*;
use crate::{OverlayDrawing, plan_scenes, write_spec};

fn brief(prompt: &str, aspect: AspectRatio, seed: u32) -> Brief {
    Brief {
        prompt: Prompt::parse(prompt).unwrap(),
        aspect,
        duration: TargetDuration::DEFAULT,
        seed,
        options: AdOptions::default(),
    }
}

fn scenes(brief: &Brief) -> Vec<SceneBrief> {
    let spec = write_spec(brief);
    let plan = plan_scenes(brief, &spec);
    let scene_count = plan.scenes().len() as u32;
    let scene = |(index, scene): (usize, &PlannedScene)| SceneBrief {
        spec: spec.clone(),
        scene: scene.clone(),
        scene_index: index as u32,
        scene_count,
        aspect: brief.aspect,
        captioned: brief.options.captions,
        seed: brief.seed,
        photo: None,
        logo: None,
    };
    plan.scenes().iter().enumerate().map(scene).collect()
}

/// Where a layout's words go, and what it is used for.
fn usual(layout: SceneLayout) -> (SceneRole, TextPlacement) {
    use SceneLayout as L;
    match layout {
        L::Question => (SceneRole::Hook, TextPlacement::Tall),
        L::EndCard => (SceneRole::CallToAction, TextPlacement::Tall),
        L::List | L::Steps => (SceneRole::Proof, TextPlacement::Rows),
        L::Callouts => (SceneRole::Benefit, TextPlacement::Beside),
        L::Problem => (SceneRole::Agitate, TextPlacement::Upper),
        L::Packshot | L::Offer => (SceneRole::CallToAction, TextPlacement::Lower),
        L::Stage | L::Place => (SceneRole::Reveal, TextPlacement::Lower),
        L::Orbit | L::Ingredients | L::BeforeAfter => (SceneRole::Benefit, TextPlacement::Upper),
        L::Checks | L::Comparison => (SceneRole::Proof, TextPlacement::Lower),
        L::Counter | L::Screen | L::Testimonial => (SceneRole::Proof, TextPlacement::Upper),
    }
}

/// A scene with as many words as its layout takes, and all of them long.
fn scene(seed: u32, layout: SceneLayout, aspect: AspectRatio) -> SceneBrief {
    let mut scene = scenes(&brief("Fresh coffee for early risers, 20% off", aspect, seed)).remove(0);
    let (role, placement) = usual(layout);
    scene.scene = PlannedScene { role, layout, placement, ..scene.scene };
    scene.spec.framework = if seed.is_multiple_of(2) { Framework::Pas } else { Framework::Aida };
    let copy = |role, text: &str| OverlayCopy { role, text: text.into() };
    let headline = copy(OverlayRole::Headline, "Mornings that finally taste like real mornings");
    scene.scene.overlays = if placement.has_points() {
        let points =
            ["Roasted every Tuesday morning", "Ships free within the country", "Cancel whenever you like"];
        std::iter::once(headline)
            .chain(OverlayRole::POINTS.into_iter().zip(points).map(|(role, text)| copy(role, text)))
            .collect()
    } else {
        vec![
            headline,
            copy(OverlayRole::Name, "Northwind coffee roasters"),
            copy(OverlayRole::Support, "Smooth from the first sip to the very last one, every day."),
            copy(OverlayRole::CallToAction, "Get your first bag"),
        ]
    };
    scene
}

fn drawn(drawing: &SceneDrawing, at: u32) -> Vec<u8> {
    let mut rgba = vec![0; drawing.resolution().rgba_len()];
    drawing.draw(Frames(at), &mut rgba);
    rgba
}

/// The part of the pixels that differ visibly.
fn difference(a: &[u8], b: &[u8]) -> f64 {
    let pairs = a.chunks_exact(4).zip(b.chunks_exact(4));
    let differ = pairs.filter(|(a, b)| (0..3).any(|channel| a[channel].abs_diff(b[channel]) > 4)).count();
    differ as f64 / (a.len() / 4) as f64
}

#[test]
fn every_layout_and_every_direction_moves_from_first_frame_to_last_and_is_never_empty() {
    let directions = ArtDirection::ALL.into_iter().cycle();
    for (index, (layout, direction)) in SceneLayout::ALL.into_iter().zip(directions).enumerate() {
        let brief = scene(index as u32, layout, AspectRatio::Square);
        let look = Look::with(direction, &brief.spec.palette, brief.scene.role);
        let drawing = SceneDrawing::with_look(&brief, look).unwrap();
        let last = drawing.length().0 - 1;
        let role = layout;
        for at in [0, last / 2, last - 1] {
            let (now, next) = (drawn(&drawing, at), drawn(&drawing, at + 1));
            let moved = difference(&now, &next);
            assert!(moved > 0.001, "{direction:?} {role:?} stands still at {at}: {moved}");
            // Nothing may flash: that is unpleasant for all and dangerous for some.
            assert!(moved < 0.6, "{direction:?} {role:?} flickers at {at}: {moved}");
            assert!(now.chunks_exact(4).all(|pixel| pixel[3] == 255), "{direction:?} is opaque");
        }
        let first = drawn(&drawing, 0);
        let ground = &first[..4];
        let other =
            first.chunks_exact(4).filter(|pixel| (0..3).any(|c| pixel[c].abs_diff(ground[c]) > 40)).count();
        assert!(other * 20 > first.len() / 4, "{direction:?} {role:?} begins empty");
    }
}

#[test]
fn another_seed_is_another_picture_and_the_same_one_the_same() {
    let first = |seed| {
        let scene =
            scenes(&brief("Garden furniture for small balconies", AspectRatio::Square, seed)).remove(1);
        drawn(&SceneDrawing::new(&scene).unwrap(), 30)
    };
    let one = first(1);
    assert_eq!(one, first(1));
    assert!(difference(&one, &first(2)) > 0.05);
}

#[test]
fn the_same_frame_is_the_same_bytes_on_every_thread() {
    let drawing = SceneDrawing::new(&scene(3, SceneLayout::Packshot, AspectRatio::Portrait4x5)).unwrap();
    let here = drawn(&drawing, 17);
    std::thread::scope(|scope| {
        let threads = [scope.spawn(|| drawn(&drawing, 17)), scope.spawn(|| drawn(&drawing, 17))];
        for thread in threads {
            assert_eq!(thread.join().unwrap(), here);
        }
    });
}

/// The lowest contrast between the ink and all but the last half per cent of the pixels in `area`.
fn contrast(ink: Rgb, rgba: &[u8], width: u32, area: crate::Bounds) -> f64 {
    let mut all: Vec<f64> = (0..area.height)
        .step_by(3)
        .flat_map(|y| (0..area.width).step_by(3).map(move |x| (area.x + x, area.y + y)))
        .map(|(x, y)| {
            let at = ((y * width + x) * 4) as usize;
            ink.contrast(Rgb(rgba[at], rgba[at + 1], rgba[at + 2]))
        })
        .collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 200]
}

/// How many text boxes were looked at, and the least contrast of them all.
#[derive(Debug)]
struct Readable {
    boxes: usize,
    least: f64,
}

impl Readable {
    fn join(&mut self, other: Self) {
        self.boxes += other.boxes;
        self.least = self.least.min(other.least);
    }
}

#[track_caller]
fn check_readable(scene: &SceneBrief, look: Look) -> Readable {
    let mut found = Readable { boxes: 0, least: f64::MAX };
    let drawing = SceneDrawing::with_look(scene, look).unwrap();
    let width = drawing.resolution().width;
    let frames = [scene.scene.length.0 / 3, scene.scene.length.0 - 1].map(|at| (at, drawn(&drawing, at)));
    for copy in &scene.scene.overlays {
        let style = look::style(&scene.spec, look, copy.role, &scene.scene);
        let overlay = Overlay {
            id: OverlayId::from_uuid(Default::default()),
            role: copy.role,
            text: copy.text.clone(),
            start: Frames(0),
            length: scene.scene.length,
            placement: scene.scene.placement,
            style,
        };
        let area = OverlayDrawing::new(&overlay, scene.page()).unwrap().bounds();
        let here = format!(
            "{:?} {:?} {} {:?} `{}`",
            look.direction, scene.scene.layout, scene.aspect, copy.role, copy.text
        );
        if let Some(plate) = style.plate {
            let measured = style.ink.contrast(plate);
            assert!(measured >= Palette::MIN_CONTRAST, "{here}: {measured:.2} on its plate");
            found.join(Readable { boxes: 1, least: measured });
            continue;
        }
        for (at, rgba) in &frames {
            for ink in [style.ink, style.accent] {
                if ink == style.accent && copy.role != OverlayRole::Headline {
                    continue;
                }
                let measured = contrast(ink, rgba, width, area);
                assert!(measured >= Palette::MIN_CONTRAST, "{here}: {measured:.2} at frame {at}");
                found.join(Readable { boxes: 0, least: measured });
            }
        }
        found.boxes += 1;
    }
    found
}

/// Every layout in every aspect, with long words and short ones, in all colours.
#[track_caller]
fn check_direction(direction: ArtDirection) {
    let palettes = crate::planner::every_palette();
    let mut all = Readable { boxes: 0, least: f64::MAX };
    for (index, layout) in SceneLayout::ALL.into_iter().enumerate() {
        for (turn, aspect) in AspectRatio::ALL.into_iter().enumerate() {
            let palette = palettes[(index * AspectRatio::ALL.len() + turn) % palettes.len()];
            let mut scene = scene((index + turn) as u32, layout, aspect);
            scene.spec.palette = palette;
            // Where the words may be on either side of the hero, they take turns.
            let either =
                matches!(scene.scene.role, SceneRole::Reveal | SceneRole::Benefit | SceneRole::Proof);
            scene.scene.placement = match scene.scene.placement {
                TextPlacement::Upper if either && turn % 2 == 1 => TextPlacement::Lower,
                TextPlacement::Lower if either && turn % 2 == 1 => TextPlacement::Upper,
                placement => placement,
            };
            if (index + turn).is_multiple_of(3) {
                for copy in &mut scene.scene.overlays {
                    copy.text = copy.text.split(' ').take(2).collect::<Vec<_>>().join(" ");
                }
            }
            all.join(check_readable(&scene, Look::with(direction, &palette, scene.scene.role)));
        }
    }
    assert!(all.boxes >= SceneLayout::ALL.len() * AspectRatio::ALL.len() * 4, "every scene has words");
    println!("{direction:?}: {} text boxes, least contrast {:.2}", all.boxes, all.least);
}

#[test]
fn neighbouring_scenes_come_in_different_ways_where_there_is_a_choice() {
    let mut spec = crate::write_spec(&brief("Fresh coffee for early risers", AspectRatio::Square, 1));
    for direction in ArtDirection::ALL {
        spec.direction = direction;
        for seed in 0..8 {
            let styles = [1, 2, 3].map(|index| transition_style(&spec, seed, index));
            let choice = (0..8).any(|seed| transition_style(&spec, seed, 1) != styles[0]);
            assert_eq!(styles[0] != styles[1], choice, "{direction:?}: {styles:?}");
            assert_eq!(styles[0], styles[2], "{direction:?}: {styles:?}");
        }
    }
}

#[test]
fn words_can_be_read_on_block() {
    check_direction(ArtDirection::Block);
}

#[test]
fn words_can_be_read_on_glass() {
    check_direction(ArtDirection::Glass);
}

#[test]
fn words_can_be_read_on_paper() {
    check_direction(ArtDirection::Paper);
}

#[test]
fn words_can_be_read_at_night() {
    check_direction(ArtDirection::Night);
}

#[test]
fn words_can_be_read_on_rays() {
    check_direction(ArtDirection::Rays);
}

#[test]
fn words_can_be_read_over_hills() {
    check_direction(ArtDirection::Hills);
}

#[test]
fn words_can_be_read_in_print() {
    check_direction(ArtDirection::Print);
}

#[test]
fn words_can_be_read_beside_dashes() {
    check_direction(ArtDirection::Dash);
}

#[test]
fn words_can_be_read_in_the_clean_studio() {
    check_direction(ArtDirection::Clean);
}

#[test]
fn whole_ads_can_be_read() {
    for (seed, prompt) in [
        "Northwind cold brew for busy parents who hate bitter iced coffee",
        "Luxury watch for men, made in Geneva",
        "Yoga classes for beginners with stiff backs",
    ]
    .into_iter()
    .enumerate()
    {
        let mut brief = brief(prompt, AspectRatio::Portrait9x16, seed as u32);
        // The second one with a strip for captions.
        brief.options.captions = seed == 1;
        for scene in scenes(&brief) {
            let look = Look::of(&scene.spec, scene.scene.role);
            check_readable(&scene, look);
        }
    }
}
