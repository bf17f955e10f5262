use super::*;

/// Two processes on one PostgreSQL: what one writes, the other hears of at once, without looking.
#[tokio::test]
async fn postgres_tells_other_processes() {
    on_postgres_with_url(async |here: Store, url: String| {
        let there = Store::connect(&url).await.unwrap();
        let ann = user(&here, "ann").await;
        let mut heard = there.subscribe();
        let mut written = Vec::new();
        // When the listener began is not told, so there is news until the first of it arrives.
        let notice = loop {
            written.push(generation(&here, ann).await);
            let arrives = tokio::time::timeout(Duration::from_millis(200), heard.recv());
            if let Ok(notice) = arrives.await {
                break notice.unwrap();
            }
        };
        assert!(written.contains(&notice));
        generation(&here, ann).await;
        there.job_added().await;
        there.close().await.unwrap();
    })
    .await;
}
