use sqlx::Row;

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
                break notice.unwrap().generation;
            }
        };
        assert!(written.contains(&notice));
        generation(&here, ann).await;
        there.job_added().await;
        there.close().await.unwrap();
    })
    .await;
}

/// PostgreSQL ends the connections that listen, as when it is restarted; the processes make others, and hear
/// of what is written then.
#[tokio::test]
async fn postgres_is_listened_to_again() {
    on_postgres_with_url(async |here: Store, url: String| {
        let there = Store::connect(&url).await.unwrap();
        let ann = user(&here, "ann").await;
        let mut admin = PgConnection::connect(&url).await.unwrap();
        let before = until_listening(&mut admin, 2, &[]).await;
        let mut heard = there.subscribe();
        for listener in &before {
            sqlx::query("SELECT pg_terminate_backend($1)").bind(listener).execute(&mut admin).await.unwrap();
        }
        until_listening(&mut admin, 2, &before).await;
        let id = generation(&here, ann).await;
        let notice = heard.recv().await.unwrap();
        assert_eq!((notice.generation, notice.user), (id, Some(ann)));
        there.job_added().await;
        there.close().await.unwrap();
    })
    .await;
}

/// The connections that listen to this database, once there are as many, all of them new.
async fn until_listening(admin: &mut PgConnection, count: usize, before: &[i32]) -> Vec<i32> {
    let listening =
        "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'";
    loop {
        let rows = sqlx::query(listening).fetch_all(&mut *admin).await.unwrap();
        let found: Vec<i32> = rows.iter().map(|row| row.get(0)).collect();
        if found.len() == count && found.iter().all(|listener| !before.contains(listener)) {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
