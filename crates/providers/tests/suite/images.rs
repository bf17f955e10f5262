//! Pictures by models at Replicate and on a ComfyUI of one's own: one suite, and what is done with bad files.

use std::{io::Cursor, sync::Arc, time::SystemTime};

use admint_domain::{AspectRatio, Price, Rgb, Usd};
use admint_providers::{
    Artwork, ComfyImages, ImageModel, ImageRequest, Operation, ProviderError, ReplicateImages,
};
use image::{ImageFormat, RgbImage};
use serde_json::{Value, json};

use crate::{
    OnePicture,
    comfy_fake::{ComfyFake, comfy_image_model},
    fake::{Fake, Fate, Fault, On, image_model, limits},
    key,
    vendors::{Shop, unusable},
};

fn picture(format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    RgbImage::from_pixel(64, 96, image::Rgb([20, 120, 200])).write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn request() -> ImageRequest {
    ImageRequest {
        prompt: "A cup of cold brew on a wooden table".into(),
        aspect: AspectRatio::Portrait9x16,
        seed: 7,
        ground: Rgb(250, 240, 230),
        reference: None,
        control: None,
    }
}

fn at_replicate(fake: &Fake) -> ReplicateImages {
    ReplicateImages::new(fake.access(), image_model(), Arc::new(OnePicture), limits()).unwrap()
}

fn at_comfyui(fake: &ComfyFake) -> ComfyImages {
    ComfyImages::new(fake.free_place(), comfy_image_model(), Arc::new(OnePicture), limits()).unwrap()
}

/// What callers rely on, whoever stands behind the trait.
async fn check_images(model: &dyn ImageModel, price: Price) {
    let request = request();
    assert_eq!(model.price(&request), price);
    assert!(!model.origins(&request).credits.is_empty());
    let before = SystemTime::now();
    let operation = model.start(&request, &key("a picture")).await.unwrap();
    let again = key("a picture").asked_since(before);
    assert_eq!(model.start(&request, &again).await.unwrap(), operation);
    let stored = serde_json::to_string(&operation).unwrap();
    let restored: Operation = serde_json::from_str(&stored).unwrap();
    for operation in [&operation, &restored] {
        let made = model.collect(operation).await.unwrap();
        assert_eq!((made.content_type, made.pixels.dimensions()), ("image/png", (64, 96)));
        assert_eq!((made.pixels.get_pixel(3, 3).0, &made.bytes[1..4]), ([20, 120, 200], &b"PNG"[..]));
    }
    let foreign = Operation { provider: "somebody-else".into(), ..operation };
    assert!(matches!(model.collect(&foreign).await, Err(ProviderError::UnknownOperation { .. })));
    model.cancel(&restored).await.unwrap();
    model.cancel(&restored).await.unwrap();
}

#[tokio::test]
async fn every_vendor_makes_pictures() {
    let fake = Fake::start(picture(ImageFormat::Png)).await;
    check_images(&at_replicate(&fake), Price::Known(Usd::from_micros(3_000))).await;
    assert_eq!(fake.bought(), 1);
    let input = fake.sold()[0].input.clone();
    assert_eq!((&input["aspect_ratio"], &input["duration"]), (&json!("9:16"), &Value::Null));
    let fake = ComfyFake::start(picture(ImageFormat::Png)).await;
    check_images(&at_comfyui(&fake), Price::Known(Usd::ZERO)).await;
    assert_eq!(fake.bought(), 1);
}

#[tokio::test]
async fn a_lost_answer_is_no_second_picture() {
    let fake = Fake::start(picture(ImageFormat::Jpeg)).await;
    fake.fault(On::Create, Fault::AnswerLost);
    let model = at_replicate(&fake);
    let made = model.collect(&model.start(&request(), &key("a picture")).await.unwrap()).await.unwrap();
    assert_eq!((made.content_type, fake.bought()), ("image/jpeg", 1));
    let fake = ComfyFake::start(picture(ImageFormat::WebP)).await;
    fake.fault(On::Create, Fault::AnswerLost);
    let model = at_comfyui(&fake);
    let made = model.collect(&model.start(&request(), &key("a picture")).await.unwrap()).await.unwrap();
    assert_eq!((made.content_type, fake.bought()), ("image/webp", 1));
}

/// A PNG's head that promises a wall of pixels.
fn wall() -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 60_000, 60_000);
    encoder.set_color(png::ColorType::Rgb);
    drop(encoder.write_header().unwrap());
    file
}

async fn check_useless(name: &str, file: Vec<u8>, says: &str) {
    let (replicate, comfyui) = (Fake::start(Vec::new()).await, ComfyFake::start(Vec::new()).await);
    let models: [(&dyn Shop, Box<dyn ImageModel>); 2] =
        [(&replicate, Box::new(at_replicate(&replicate))), (&comfyui, Box::new(at_comfyui(&comfyui)))];
    for (shop, model) in models {
        shop.fate(Fate::Makes(file.clone()));
        let operation = model.start(&request(), &key(name)).await.unwrap();
        let error = model.collect(&operation).await.map(drop).unwrap_err();
        assert!(unusable(&error) && error.to_string().contains(says), "{name}: {error:?}");
        println!("{name:24} | {:9} | {} | {error}", shop.name(), shop.bought());
    }
}

#[tokio::test]
async fn files_that_are_no_pictures_are_not_used() {
    check_useless("a page", b"<html>Sign in</html>".to_vec(), "no picture").await;
    check_useless("nothing", Vec::new(), "no picture").await;
    check_useless("another kind", b"GIF89a\x01\x00\x01\x00".to_vec(), "Gif").await;
    let mut half = picture(ImageFormat::Png);
    half.truncate(half.len() / 2);
    check_useless("corrupt picture", half, "damaged").await;
    check_useless("a wall of pixels", wall(), "too large").await;
}

#[tokio::test]
async fn what_is_given_is_in_the_graph_and_nothing_else() {
    let fake = ComfyFake::start(picture(ImageFormat::Png)).await;
    let model = at_comfyui(&fake);
    let classes = |at: usize| {
        let graph = fake.prompts()[at].graph.clone();
        let nodes = graph.as_object().unwrap().values().cloned().collect::<Vec<_>>();
        nodes.iter().map(|node| node["class_type"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let artwork = |name: &str| Some(Artwork { key: format!("pictures/{name}.png"), framed: true });
    model.start(&request(), &key("words alone")).await.unwrap();
    assert!(classes(0).iter().all(|class| !class.contains("IPAdapter") && !class.contains("ControlNet")));
    let reference = ImageRequest { reference: artwork("red"), ..request() };
    model.start(&reference, &key("a reference")).await.unwrap();
    assert!(classes(1).contains(&"IPAdapter".to_owned()) && !classes(1).contains(&"ControlNetLoader".into()));
    let both = ImageRequest { control: artwork("noise"), ..reference };
    model.start(&both, &key("a reference, and a composition")).await.unwrap();
    assert!(
        classes(2).contains(&"ControlNetApplyAdvanced".into()) && classes(2).contains(&"IPAdapter".into())
    );
    assert_eq!(fake.pictures().len(), 2, "the same picture is kept once");
    assert!(model.origins(&both).left_out.is_empty());
    // Who cannot says so.
    let words = at_replicate(&Fake::start(Vec::new()).await);
    assert_eq!(words.origins(&both).left_out.len(), 2);
}
