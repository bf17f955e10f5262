use admint_domain::{PictureId, PictureRole, ProductPhoto};

use super::*;
use crate::PictureRecord;

both_databases!(
    a_picture_is_its_owners_alone,
    an_ad_holds_its_pictures_until_it_goes,
    a_worker_sees_the_pictures_of_its_ad,
);

const NOW: Duration = Duration::ZERO;

pub(super) fn picture(role: PictureRole) -> PictureRecord {
    let id = PictureId::from_uuid(uuid::Uuid::now_v7());
    PictureRecord {
        id,
        role,
        key: format!("pictures/{id}.png"),
        bytes: 77,
        sha256: "00".into(),
        width: 640,
        height: 480,
        framed: true,
        note: "Shown whole.".into(),
        colors: vec![Rgb(200, 30, 40), Rgb::WHITE],
    }
}

async fn added(store: &Store, user: UserId, role: PictureRole) -> PictureRecord {
    let picture = picture(role);
    store.add_picture(user, &picture).await.unwrap();
    picture
}

async fn using(store: &Store, user: UserId, photo: PictureId, logo: Option<PictureId>) -> GenerationId {
    let mut brief = brief("Fresh coffee for early birds");
    brief.options.photo = Some(ProductPhoto { id: photo, colors: vec![Rgb::BLACK] });
    brief.options.logo = logo;
    store.create_generation(user, &brief).await.unwrap()
}

async fn a_picture_is_its_owners_alone(store: Store) {
    let (ann, eve) = (user(&store, "ann").await, user(&store, "eve").await);
    let picture = added(&store, ann, PictureRole::Photo).await;
    assert_eq!(store.picture(ann, picture.id).await.unwrap(), Some(picture.clone()));
    assert_eq!(store.picture(eve, picture.id).await.unwrap(), None);
    assert_eq!(store.count_unused_pictures(eve).await.unwrap(), 0);
    assert_eq!(store.forget_unused_pictures(eve, NOW).await.unwrap(), [""; 0]);
    assert_eq!(store.count_unused_pictures(ann).await.unwrap(), 1);
}

async fn an_ad_holds_its_pictures_until_it_goes(store: Store) {
    let ann = user(&store, "ann").await;
    let photo = added(&store, ann, PictureRole::Photo).await;
    let unused = added(&store, ann, PictureRole::Logo).await;
    // One picture as both is held once.
    let id = using(&store, ann, photo.id, Some(photo.id)).await;
    assert_eq!(store.forget_unused_pictures(ann, HOUR).await.unwrap(), [""; 0], "it is not old enough");
    assert_eq!(store.forget_unused_pictures(ann, NOW).await.unwrap(), [unused.key]);
    assert_eq!(store.picture(ann, unused.id).await.unwrap(), None);

    let view = store.generation_view(ann, id).await.unwrap().unwrap();
    assert_eq!((view.photo, view.logo), (Some(photo.id), Some(photo.id)));
    store.delete_generation(ann, id).await.unwrap().unwrap();
    assert_eq!(store.forget_unused_pictures(ann, NOW).await.unwrap(), [photo.key]);
}

async fn a_worker_sees_the_pictures_of_its_ad(store: Store) {
    let ann = user(&store, "ann").await;
    let photo = added(&store, ann, PictureRole::Photo).await;
    let logo = added(&store, ann, PictureRole::Logo).await;
    added(&store, ann, PictureRole::Logo).await;
    using(&store, ann, photo.id, Some(logo.id)).await;
    let work = store.generation_work(&claim(&store).await).await.unwrap();
    assert_eq!(work.pictures, [photo, logo]);
    assert_eq!(work.brief.options.photo.unwrap().colors, [Rgb::BLACK]);
}
