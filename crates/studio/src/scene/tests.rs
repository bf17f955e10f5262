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
        take: 0,
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

/// A scene of an ad with this offer, under this headline alone.
pub(super) fn with_offer(offer: &str, headline: &str) -> SceneBrief {
    let mut scene = scene(1, SceneLayout::Offer, AspectRatio::Square);
    scene.spec.offer = Some(offer.into());
    scene.scene.overlays = vec![OverlayCopy { role: OverlayRole::Headline, text: headline.into() }];
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

/// The lowest contrast between the ink and all but the last half per cent of the pixels in `area`, seen
/// through the plate where there is one.
fn contrast(ink: Rgb, plate: Option<Rgb>, rgba: &[u8], width: u32, area: crate::Bounds) -> f64 {
    let mut all: Vec<f64> = (0..area.height)
        .step_by(3)
        .flat_map(|y| (0..area.width).step_by(3).map(move |x| (area.x + x, area.y + y)))
        .map(|(x, y)| {
            let at = ((y * width + x) * 4) as usize;
            let behind = Rgb(rgba[at], rgba[at + 1], rgba[at + 2]);
            ink.contrast(plate.map_or(behind, |plate| behind.mix(plate, crate::overlay::PLATE_ALPHA)))
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
    const NONE: Self = Self { boxes: 0, least: f64::MAX };

    fn join(&mut self, other: Self) {
        self.boxes += other.boxes;
        self.least = self.least.min(other.least);
    }
}

/// A scene's words, the whole scene through.
fn overlay(scene: &SceneBrief, look: Look, copy: &OverlayCopy) -> Overlay {
    Overlay {
        id: OverlayId::from_uuid(Default::default()),
        role: copy.role,
        text: copy.text.clone(),
        start: Frames(0),
        length: scene.scene.length,
        placement: scene.scene.placement,
        style: look::style(&scene.spec, look, copy.role, &scene.scene),
    }
}

/// The scene's words read on its first, its middle and its last frame, lie where no platform covers them, and
/// neither the product nor what is around it comes near them.
#[track_caller]
fn check_readable(scene: &SceneBrief, look: Look) -> Readable {
    check_copies(scene, look, std::slice::from_ref(&scene.scene.overlays))
}

/// The same for several sets of words with the same roles over one drawing.
#[track_caller]
fn check_copies(scene: &SceneBrief, look: Look, copies: &[Vec<OverlayCopy>]) -> Readable {
    let mut found = Readable::NONE;
    let drawing = SceneDrawing::with_look(scene, look).unwrap();
    let width = drawing.resolution().width;
    let length = scene.scene.length.0;
    let frames = [0, length / 2, length - 1].map(|at| (at, drawn(&drawing, at)));
    let safe = zones::safe(scene.page());
    for copy in copies.iter().flatten() {
        let overlay = overlay(scene, look, copy);
        let style = overlay.style;
        let area = OverlayDrawing::new(&overlay, scene.page()).unwrap().bounds();
        let here = format!(
            "{:?} {:?} {:?} {} {:?} `{}`",
            look.direction, scene.scene.layout, scene.scene.placement, scene.aspect, copy.role, copy.text
        );
        let words = Rect::new(
            f64::from(area.x),
            f64::from(area.y),
            f64::from(area.x + area.width),
            f64::from(area.y + area.height),
        );
        // Bounds are even numbers.
        assert_eq!(safe.inflate(2.0, 2.0).intersect(words), words, "{here}: not in {safe:?}");
        for at in (0..length).step_by(7) {
            let (moment, view) = drawing.moment(Frames(at));
            for (actor, hangs) in drawing.cast.boxes(moment, &view) {
                let frame = drawing.resolution();
                let frame = Rect::new(0.0, 0.0, f64::from(frame.width), f64::from(frame.height));
                let whole = frame.inflate(8.0, 8.0).intersect(actor) == actor;
                assert!(hangs || whole, "{here}: {actor:?} is cut at frame {at}");
                let shared = actor.intersect(words.inset(-3.0)).area();
                assert!(shared <= 0.0, "{here}: {words:?} under {actor:?} ({hangs}) at frame {at}");
            }
        }
        for (at, rgba) in &frames {
            for ink in [style.ink, style.accent] {
                if ink == style.accent && copy.role != OverlayRole::Headline {
                    continue;
                }
                // A button lets nothing through.
                let measured = match style.plate {
                    Some(plate) if copy.role == OverlayRole::CallToAction => ink.contrast(plate),
                    plate => contrast(ink, plate, rgba, width, area),
                };
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
    let mut all = Readable::NONE;
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
            let long = scene.scene.overlays.clone();
            let first_two = |text: &str| text.split(' ').take(2).collect::<Vec<_>>().join(" ");
            let short = |copy: &OverlayCopy| OverlayCopy { text: first_two(&copy.text), ..copy.clone() };
            let short: Vec<OverlayCopy> = long.iter().map(short).collect();
            let look = Look::with(direction, &palette, scene.scene.role);
            all.join(check_copies(&scene, look, &[long, short]));
        }
    }
    assert_eq!(all.boxes, SceneLayout::ALL.len() * AspectRatio::ALL.len() * 4 * 2, "every scene has words");
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

#[test]
fn whole_ads_in_other_scripts_can_be_read() {
    for (seed, prompt) in [
        "قهوة عربية طازجة لمن يستيقظ مبكرا",
        "毎朝の淹れたてコーヒー、今週は100円引き",
        "Φρέσκος καφές για όσους ξυπνούν νωρίς, με έκπτωση 20%",
    ]
    .into_iter()
    .enumerate()
    {
        for aspect in [AspectRatio::Portrait9x16, AspectRatio::Landscape16x9] {
            for scene in scenes(&brief(prompt, aspect, seed as u32)) {
                let look = Look::of(&scene.spec, scene.scene.role);
                let found = check_readable(&scene, look);
                assert_eq!(found.boxes, scene.scene.overlays.len());
                for copy in &scene.scene.overlays {
                    assert!(!crate::text::loses_letters(&copy.text), "`{}`", copy.text);
                }
            }
        }
    }
}

/// Every frame of every scene, and of its words, one after the other.
fn every_byte(brief: &Brief) -> u64 {
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |bytes: &[u8]| {
        for eight in bytes.as_chunks::<8>().0 {
            sum = (sum ^ u64::from_le_bytes(*eight)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(5);
        }
    };
    for scene in scenes(brief) {
        let look = Look::of(&scene.spec, scene.scene.role);
        let drawing = SceneDrawing::new(&scene).unwrap();
        let words: Vec<OverlayDrawing> = (scene.scene.overlays.iter())
            .map(|copy| OverlayDrawing::new(&overlay(&scene, look, copy), scene.page()).unwrap())
            .collect();
        let mut rgba = vec![0; drawing.resolution().rgba_len()];
        for at in 0..scene.scene.length.0 {
            drawing.draw(Frames(at), &mut rgba);
            add(&rgba);
            for word in &words {
                let mut rgba = vec![0; word.bounds().rgba_len()];
                word.draw(Frames(at), &mut rgba);
                add(&rgba);
            }
        }
    }
    sum
}

#[test]
fn the_same_brief_gives_every_byte_of_an_ad_again() {
    let mut brief = brief("Fresh coffee for early risers, 20% off", AspectRatio::Square, 5);
    brief.duration = TargetDuration::parse(10).unwrap();
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(|| every_byte(&brief));
        (every_byte(&brief), other.join().unwrap())
    });
    assert_eq!(one, other);
}

#[test]
fn ten_pairs_of_seeds_give_visibly_different_ads() {
    let frames = |seed: u32| -> Vec<Vec<u8>> {
        let brief = brief("Garden furniture for small balconies", AspectRatio::Square, seed);
        let both = |scene: &SceneBrief| {
            let drawing = SceneDrawing::new(scene).unwrap();
            [30, 66].map(|at| drawn(&drawing, at))
        };
        scenes(&brief).iter().take(3).flat_map(both).collect()
    };
    let mut before = frames(1);
    for seed in 2..=11 {
        let now = frames(seed);
        let differ: Vec<f64> = before.iter().zip(&now).map(|(one, two)| difference(one, two)).collect();
        assert!(differ.iter().all(|part| *part > 0.04), "{} and {seed}: {differ:?}", seed - 1);
        assert!(
            differ.iter().sum::<f64>() / differ.len() as f64 > 0.2,
            "{} and {seed}: {differ:?}",
            seed - 1
        );
        before = now;
    }
}

/// The luminance of each of 12 by 12 parts of a frame.
fn parts(rgba: &[u8], width: usize) -> Vec<f64> {
    const SIDE: usize = 12;
    let height = rgba.len() / 4 / width;
    let part = |index: usize| {
        let (left, top) = (index % SIDE * width / SIDE, index / SIDE * height / SIDE);
        let places =
            (0..height / SIDE).step_by(6).flat_map(|y| (0..width / SIDE).step_by(6).map(move |x| (x, y)));
        let seen: Vec<f64> = places
            .map(|(x, y)| {
                let at = ((top + y) * width + left + x) * 4;
                Rgb(rgba[at], rgba[at + 1], rgba[at + 2]).luminance()
            })
            .collect();
        seen.iter().sum::<f64>() / seen.len() as f64
    };
    (0..SIDE * SIDE).map(part).collect()
}

/// How often a luminance goes up and down again, or down and up, by a tenth or more, within a second at most
/// (WCAG 2.2, "general flash").
fn most_flashes(values: &[f64]) -> usize {
    let mut turns: Vec<usize> = Vec::new();
    let (mut extreme, mut rising) = (values[0], None);
    for (at, &value) in values.iter().enumerate() {
        match rising {
            Some(up) if (value > extreme) == up => extreme = value,
            _ if (value - extreme).abs() >= 0.1 => {
                turns.push(at);
                (extreme, rising) = (value, Some(value > extreme));
            }
            _ => {}
        }
    }
    let within = |from: &usize| turns.iter().filter(|at| (*from..from + 24).contains(at)).count();
    turns.iter().map(within).max().unwrap_or(0) / 2
}

#[test]
fn flashes_are_counted_as_they_are_seen() {
    let strobe: Vec<f64> = (0..48).map(|at| f64::from(at / 3 % 2)).collect();
    assert!(most_flashes(&strobe) > 3);
    let fade: Vec<f64> = (0..48).map(|at| f64::from(at) / 48.0).collect();
    assert_eq!(most_flashes(&fade), 0);
    assert_eq!(most_flashes(&[0.5; 24]), 0);
}

/// Every frame of a scene differs from the one before, and none flashes more than three times in a second.
#[track_caller]
fn check_every_frame(direction: ArtDirection, layout: SceneLayout, aspect: AspectRatio) {
    let scene = scene(layout as u32, layout, aspect);
    let look = Look::with(direction, &scene.spec.palette, scene.scene.role);
    let drawing = SceneDrawing::with_look(&scene, look).unwrap();
    let mut seen: Vec<Vec<f64>> = Vec::new();
    let mut before: Vec<u8> = Vec::new();
    for at in 0..drawing.length().0 {
        let now = drawn(&drawing, at);
        assert!(now != before, "{direction:?} {layout:?} stands still at {at}");
        seen.push(parts(&now, drawing.resolution().width as usize));
        before = now;
    }
    for part in 0..seen[0].len() {
        let values: Vec<f64> = seen.iter().map(|frame| frame[part]).collect();
        let flashes = most_flashes(&values);
        assert!(flashes <= 3, "{direction:?} {layout:?} flashes {flashes} times a second in part {part}");
    }
}

#[test]
fn every_frame_moves_and_none_strobes_in_the_loud_directions() {
    check_every_frame(ArtDirection::Block, SceneLayout::Packshot, AspectRatio::Square);
    check_every_frame(ArtDirection::Rays, SceneLayout::Offer, AspectRatio::Portrait4x5);
    check_every_frame(ArtDirection::Dash, SceneLayout::Counter, AspectRatio::Landscape16x9);
    check_every_frame(ArtDirection::Print, SceneLayout::Checks, AspectRatio::Square);
}

#[test]
fn every_frame_moves_and_none_strobes_in_the_quiet_directions() {
    check_every_frame(ArtDirection::Night, SceneLayout::Stage, AspectRatio::Portrait9x16);
    check_every_frame(ArtDirection::Glass, SceneLayout::List, AspectRatio::Square);
    check_every_frame(ArtDirection::Paper, SceneLayout::Testimonial, AspectRatio::Landscape16x9);
    check_every_frame(ArtDirection::Hills, SceneLayout::Place, AspectRatio::Portrait4x5);
    check_every_frame(ArtDirection::Clean, SceneLayout::Orbit, AspectRatio::Square);
}

#[test]
fn every_layout_has_depth() {
    for (index, layout) in SceneLayout::ALL.into_iter().enumerate() {
        let drawing = SceneDrawing::new(&scene(index as u32, layout, AspectRatio::Portrait9x16)).unwrap();
        let mut depths: Vec<f64> = drawing.cast.depths().chain(drawing.particles.depths()).collect();
        depths.sort_by(f64::total_cmp);
        depths.dedup_by(|one, other| (*one - *other).abs() < 0.1);
        assert!(depths.len() >= 3, "{layout:?}: {depths:?}");
        if layout == SceneLayout::Orbit {
            let hero = drawing.cast.depths().next().unwrap();
            assert!(drawing.cast.depths().skip(1).all(|depth| depth < hero), "nothing passes before it");
        }
    }
}

/// The share of a frame's pixels within `area` that are about the colour of the discs that tests draw.
fn red(rgba: &[u8], width: usize, area: Rect) -> f64 {
    let is_red = |pixel: &[u8]| {
        pixel.iter().zip([200, 30, 30]).take(3).all(|(value, wanted)| value.abs_diff(wanted) < 24)
    };
    let (mut count, mut all) = (0, 0);
    for (index, pixel) in rgba.chunks_exact(4).enumerate() {
        let at = vello_cpu::kurbo::Point::new((index % width) as f64, (index / width) as f64);
        if area.contains(at) {
            all += 1;
            count += usize::from(is_red(pixel));
        }
    }
    f64::from(count as u32) / f64::from(all.max(1))
}

#[test]
fn a_photo_is_the_hero_of_every_layout() {
    for (index, layout) in SceneLayout::ALL.into_iter().enumerate() {
        // An odd seed's ads have no unhappy face in the product's place.
        let mut scene = scene(2 * index as u32 + 1, layout, AspectRatio::ALL[index % 4]);
        let seen = |scene: &SceneBrief| {
            let drawing = SceneDrawing::new(scene).unwrap();
            let frame = Rect::new(0.0, 0.0, 4000.0, 4000.0);
            red(&drawn(&drawing, 50), drawing.resolution().width as usize, frame)
        };
        let without = seen(&scene);
        scene.photo = Some(crate::artwork::tests::disc(false, false));
        let with = seen(&scene);
        assert!(with - without > 0.0012, "{layout:?} {}: {with:.4}, {without:.4} without", scene.aspect);
    }
}

#[test]
fn every_end_card_shows_the_logo_off_its_words_and_every_logo_is_off_the_cards() {
    let layouts = [SceneLayout::Packshot, SceneLayout::Offer, SceneLayout::EndCard, SceneLayout::List];
    for aspect in AspectRatio::ALL {
        for layout in layouts {
            for captioned in [false, true] {
                let mut scene = scene(3, layout, aspect);
                (scene.captioned, scene.logo) = (captioned, Some(crate::artwork::tests::disc(true, false)));
                let ends = layout != SceneLayout::List;
                scene.scene_index = if ends { scene.scene_count - 1 } else { 1 };
                let drawing = SceneDrawing::new(&scene).unwrap();
                let Some(logo) = &drawing.logo else {
                    assert!(!ends, "{layout:?} {aspect} has no logo");
                    continue;
                };
                let chip = logo.rect();
                let share = red(&drawn(&drawing, 60), drawing.resolution().width as usize, chip);
                assert!(share > 0.2, "{layout:?} {aspect} {captioned}: {share:.2} of {chip:?}");
                assert_eq!(zones::safe(scene.page()).inflate(0.01, 0.01).intersect(chip), chip);
                for copy in &scene.scene.overlays {
                    let words = zones::role(scene.page(), scene.scene.placement, copy.role);
                    assert!(words.intersect(chip).area() <= 0.0, "{layout:?} {aspect}");
                    if let Some(index) = copy.role.point() {
                        let card = zones::row(scene.page(), scene.scene.placement, index);
                        assert!(card.intersect(chip).area() <= 0.0, "{layout:?} {aspect}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_badge_is_seen_on_its_stage_and_the_cast_keeps_off_it() {
    for (index, direction) in ArtDirection::ALL.into_iter().enumerate() {
        let mut scene = scene(index as u32, SceneLayout::Stage, AspectRatio::ALL[index % 4]);
        scene.spec.offer = Some("20% off".into());
        let look = Look::with(direction, &scene.spec.palette, scene.scene.role);
        let drawing = SceneDrawing::with_look(&scene, look).unwrap();
        let badge = drawing.set.badge().expect("an offer that no words say is on a badge");
        let frame = drawing.resolution();
        let frame = Rect::new(0.0, 0.0, f64::from(frame.width), f64::from(frame.height));
        assert_eq!(frame.intersect(badge), badge, "{direction:?}");
        for at in (0..scene.scene.length.0).step_by(9) {
            let (moment, view) = drawing.moment(Frames(at));
            for (actor, hangs) in drawing.cast.boxes(moment, &view).into_iter().skip(1) {
                assert!(hangs || actor.intersect(badge.inset(-8.0)).area() <= 0.0, "{direction:?} {at}");
            }
        }
    }
}
