//! Who has no room left hears so, before anything is made where that can be known, and harms nobody else.

use admint_domain::{AppError, Backend, ErrorCode, GenerationStatus, PictureRole};
use admint_providers::Scripted;
use admint_store::AssetKind;

use crate::support::{Desk, create};

/// Room for the clips of the scripted model, and not for a whole ad.
const TIGHT: u64 = 3_000_000;

#[track_caller]
fn tells_what_to_do(error: &AppError) {
    assert_eq!((error.code, error.code.http_status()), (ErrorCode::StorageFull, 507));
    assert!(error.message.contains("MiB of 2.8 MiB") && error.message.contains("Delete videos"), "{error}");
}

#[tokio::test]
async fn an_ad_without_room_fails_for_good_and_others_go_on() {
    let desk = Desk::with_quota(Scripted::default(), TIGHT).await;
    let id = desk.create(create("A cold brew for busy developers")).await;
    desk.work().await;
    let view = desk.pipeline.generation(desk.user, id).await.unwrap();
    let reason = view.error.unwrap();
    assert_eq!(view.status, GenerationStatus::Failed, "{reason}");
    assert!(reason.contains("Your storage is full") && reason.contains("Delete videos"), "{reason}");
    assert!(desk.asset(id, AssetKind::Video).await.is_none());
    // The file that was refused is gone, and so is the scratch.
    let verified = admint_pipeline::verify(&desk.store, desk.assets(), |_, _| {}).await.unwrap();
    assert!(verified.is_good() && verified.named == desk.files().len(), "{verified:?}");
    assert!(!desk.scratch_exists(id));
    let storage = desk.pipeline.profile(desk.user).await.unwrap().storage;
    assert!(storage.used_bytes > 0 && storage.used_bytes <= TIGHT, "{storage}");

    // What is nearly full may be tried again, and what another has is another's.
    let other = desk.another_user("other").await;
    desk.pipeline.create_generation(other, create("A cold brew for early birds")).await.unwrap();
    desk.pipeline.delete_generation(desk.user, id).await.unwrap();
    desk.purge().await;
    let storage = desk.pipeline.profile(desk.user).await.unwrap().storage;
    assert_eq!(storage.used_bytes, 0, "deleting gives the room back");
}

#[tokio::test]
async fn who_has_no_room_is_refused_before_any_work() {
    let desk = Desk::with_quota(Scripted::default(), 0).await;
    let refused = desk.pipeline.create_generation(desk.user, create("A cold brew for developers")).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::StorageFull);
    // Before it is even looked at.
    let refused = desk.pipeline.add_picture(desk.user, PictureRole::Photo, b"no picture".to_vec()).await;
    assert_eq!(refused.unwrap_err().code, ErrorCode::StorageFull);
    assert_eq!(desk.files(), [""; 0]);
}

#[test]
fn the_refusal_names_what_is_used() {
    let storage = admint_domain::StorageView { used_bytes: TIGHT, allowed_bytes: Some(TIGHT) };
    tells_what_to_do(&AppError::storage_full(&storage));
}
