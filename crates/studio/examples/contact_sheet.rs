//! Draws a contact sheet of an ad: `contact_sheet PROMPT OUT.png [ASPECT] [SEED] [SECONDS] [FRAMES] [DIRECTION]`.
//! With `FRAMES` of 0 it measures instead: milliseconds a frame and a scene's preparation.

use std::time::Instant;

use admint_domain::{
    AdOptions, AspectRatio, Brief, Frames, OverlayId, Prompt, Resolution, ScenePlan, TargetDuration,
};
use admint_studio::{
    Artwork, OverlayDrawing, SceneBrief, SceneDrawing, overlay_style, plan_scenes, words_after, write_spec,
};
use admint_timeline::Overlay;
use vello_cpu::Pixmap;

/// The sheet shows frames at this part of their size.
const SHRINK: u32 = 3;
const GAP: u32 = 8;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let prompt = arguments.next().ok_or("a prompt is wanted")?;
    let out = arguments.next().ok_or("a file name is wanted")?;
    let aspect: AspectRatio = arguments.next().unwrap_or_else(|| "9:16".into()).parse()?;
    let seed: u32 = arguments.next().unwrap_or_else(|| "1".into()).parse()?;
    let seconds: u32 = arguments.next().unwrap_or_else(|| "15".into()).parse()?;
    let count: u32 = arguments.next().unwrap_or_else(|| "12".into()).parse()?;
    let art_direction = arguments.next().map(|name| name.parse()).transpose()?;
    let artwork = |path: Option<String>| -> Result<Option<Artwork>, Box<dyn std::error::Error>> {
        let Some(path) = path else { return Ok(None) };
        Ok(Some(Artwork::from_png(&std::fs::read(path)?, false)?))
    };
    let (photo, logo) = (artwork(arguments.next())?, artwork(arguments.next())?);
    let brief = Brief {
        prompt: Prompt::parse(&prompt)?,
        aspect,
        duration: TargetDuration::parse(seconds)?,
        seed,
        options: AdOptions { art_direction, ..AdOptions::default() },
    };
    let spec = write_spec(&brief);
    let plan = plan_scenes(&brief, &spec);
    println!("{spec:#?}");
    let mut thumbnails: Vec<Vec<u8>> = Vec::new();
    for (index, scene) in plan.scenes().iter().enumerate() {
        let words: Vec<String> =
            scene.overlays.iter().map(|copy| format!("{:?} `{}`", copy.role, copy.text)).collect();
        println!(
            "{:?}, {:?}, {:?}, {:.2} s: {}",
            scene.role,
            scene.layout,
            scene.placement,
            scene.length.seconds(),
            words.join(", ")
        );
        let started = Instant::now();
        let drawing = SceneDrawing::new(&SceneBrief {
            spec: spec.clone(),
            scene: scene.clone(),
            scene_index: index as u32,
            scene_count: plan.scenes().len() as u32,
            aspect,
            captioned: false,
            seed,
            take: 0,
            photo: photo.clone(),
            logo: logo.clone(),
        })?;
        let prepared = started.elapsed().as_millis();
        let first = words_after(&spec, seed, index, scene);
        let overlays = overlays(&plan, (index, first), |role| overlay_style(&spec, role, scene))
            .into_iter()
            .map(|overlay| Ok((overlay.start.0, OverlayDrawing::new(&overlay, aspect)?)))
            .collect::<Result<Vec<_>, admint_studio::StudioError>>()?;
        if count == 0 {
            measure(&drawing, &overlays, prepared);
            continue;
        }
        let each = count.div_ceil(plan.scenes().len() as u32);
        for step in 0..each {
            let at = (scene.length.0 - 1) * step / each + if step == 0 { 0 } else { 8 };
            thumbnails.push(frame(&drawing, &overlays, at.min(scene.length.0 - 1)));
        }
    }
    if !thumbnails.is_empty() {
        std::fs::write(out, sheet(&thumbnails, aspect.resolution())?)?;
    }
    Ok(())
}

/// A scene's words at the times that the pipeline gives them.
fn overlays(
    plan: &ScenePlan,
    (index, first): (usize, Frames),
    style: impl Fn(admint_domain::OverlayRole) -> admint_timeline::OverlayStyle,
) -> Vec<Overlay> {
    let scene = &plan.scenes()[index];
    let last = index + 1 == plan.scenes().len();
    let end = if last { scene.length } else { scene.length - plan.crossfade() };
    let overlay = |(order, copy): (usize, &admint_domain::OverlayCopy)| Overlay {
        id: OverlayId::from_uuid(Default::default()),
        role: copy.role,
        text: copy.text.clone(),
        start: first + Frames(9 * order as u32),
        length: end - first - Frames(9 * order as u32),
        placement: scene.placement,
        style: style(copy.role),
    };
    scene.overlays.iter().enumerate().map(overlay).collect()
}

/// The scene and its words at frame `at`, shrunk.
fn frame(drawing: &SceneDrawing, overlays: &[(u32, OverlayDrawing)], at: u32) -> Vec<u8> {
    let Resolution { width, height } = drawing.resolution();
    let mut rgba = vec![0; drawing.resolution().rgba_len()];
    drawing.draw(Frames(at), &mut rgba);
    for (start, overlay) in overlays {
        if at < *start || at - start >= overlay.length().0 {
            continue;
        }
        let bounds = overlay.bounds();
        let mut words = vec![0; bounds.rgba_len()];
        overlay.draw(Frames(at - start), &mut words);
        for (index, pixel) in words.chunks_exact(4).enumerate() {
            let (x, y) = (bounds.x + index as u32 % bounds.width, bounds.y + index as u32 / bounds.width);
            let place = ((y * width + x) * 4) as usize;
            let alpha = u32::from(pixel[3]);
            for channel in 0..3 {
                let under = u32::from(rgba[place + channel]);
                rgba[place + channel] =
                    ((u32::from(pixel[channel]) * alpha + under * (255 - alpha)) / 255) as u8;
            }
        }
    }
    let (small_width, small_height) = (width / SHRINK, height / SHRINK);
    let mut small = Vec::with_capacity((small_width * small_height * 4) as usize);
    for y in 0..small_height {
        for x in 0..small_width {
            for channel in 0..4 {
                let sum: u32 = (0..SHRINK * SHRINK)
                    .map(|i| {
                        let (from_x, from_y) = (x * SHRINK + i % SHRINK, y * SHRINK + i / SHRINK);
                        u32::from(rgba[((from_y * width + from_x) * 4 + channel) as usize])
                    })
                    .sum();
                small.push((sum / (SHRINK * SHRINK)) as u8);
            }
        }
    }
    small
}

fn sheet(thumbnails: &[Vec<u8>], resolution: Resolution) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let (width, height) = (resolution.width / SHRINK, resolution.height / SHRINK);
    let columns = if width > height { 3 } else { 6 }.min(thumbnails.len() as u32);
    let rows = (thumbnails.len() as u32).div_ceil(columns);
    let (sheet_width, sheet_height) = (columns * (width + GAP) + GAP, rows * (height + GAP) + GAP);
    let mut sheet = Pixmap::new(sheet_width as u16, sheet_height as u16);
    let bytes = sheet.data_as_u8_slice_mut();
    bytes.chunks_exact_mut(4).for_each(|pixel| pixel.copy_from_slice(&[40, 40, 40, 255]));
    for (index, thumbnail) in thumbnails.iter().enumerate() {
        let (column, row) = (index as u32 % columns, index as u32 / columns);
        for (y, line) in thumbnail.chunks_exact(width as usize * 4).enumerate() {
            let top = GAP + row * (height + GAP) + y as u32;
            let start = ((top * sheet_width + GAP + column * (width + GAP)) * 4) as usize;
            bytes[start..start + line.len()].copy_from_slice(line);
        }
    }
    Ok(sheet.into_png()?)
}

fn measure(drawing: &SceneDrawing, overlays: &[(u32, OverlayDrawing)], prepared: u128) {
    const FRAMES: u32 = 24;
    let milliseconds = |started: Instant| started.elapsed().as_secs_f64() * 1000.0 / f64::from(FRAMES);
    let mut rgba = vec![0; drawing.resolution().rgba_len()];
    drawing.draw(Frames(0), &mut rgba);
    let started = Instant::now();
    (0..FRAMES).for_each(|at| drawing.draw(Frames(at * 2), &mut rgba));
    let scene = milliseconds(started);
    let started = Instant::now();
    for (_, overlay) in overlays {
        let mut rgba = vec![0; overlay.bounds().rgba_len()];
        (0..FRAMES).for_each(|at| overlay.draw(Frames(at), &mut rgba));
    }
    println!("  prepared in {prepared} ms; {scene:.1} ms a frame, {:.1} ms its words", milliseconds(started));
}
