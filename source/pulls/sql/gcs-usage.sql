-- Which blobs of Container Registry were downloaded, by the usage logs of the buckets
-- that held them, loaded into BigQuery as they are.
-- https://cloud.google.com/storage/docs/access-logs
--
-- A row for each blob of a repository, by product and UTC day; a blob is a config or a
-- layer, manifests were served by the registry itself and stand in no such log. The
-- registry sent its clients on to the bucket, so that the page which they came from
-- names host and repository; where it is missing the bucket still names the host, and
-- the download is counted as "unplaced". Other registries are counted as "elsewhere".
--
-- `TABLE` is replaced by the checked name of the table. Lines between "-- if" and
-- "-- end" stand only where the table is so made. All else comes as parameters.
WITH
  requests AS (
    SELECT
      TIMESTAMP_MICROS(time_micros) AS timestamp,
      -- Rows may be delivered twice.
      s_request_id AS id,
      cs_method AS method,
      SAFE_CAST(sc_status AS INT64) AS status,
      IFNULL(cs_user_agent, '') AS agent,
      COALESCE(
        REGEXP_EXTRACT(cs_referer, r'^https://((?:[a-z]+\.)?gcr\.io)/v2/'),
        IF(
          REGEXP_CONTAINS(cs_bucket, r'^(?:(?:eu|us|asia)\.)?artifacts\.'),
          CONCAT(IFNULL(REGEXP_EXTRACT(cs_bucket, r'^((?:eu|us|asia)\.)'), ''), 'gcr.io'),
          NULL
        )
      ) AS host,
      -- Everything between, for names have more than one segment.
      REGEXP_EXTRACT(
        cs_referer,
        r'^https://(?:[a-z]+\.)?gcr\.io/v2/(.+)/blobs/sha256:[0-9a-f]{64}'
      ) AS repository,
      COALESCE(
        REGEXP_EXTRACT(cs_object, r'^containers/images/(sha256:[0-9a-f]{64})$'),
        REGEXP_EXTRACT(cs_referer, r'/blobs/(sha256:[0-9a-f]{64})')
      ) AS digest
    FROM `TABLE`
    WHERE
      time_micros >= UNIX_MICROS(@from)
      AND time_micros < UNIX_MICROS(@to)
      -- if shards
      AND _TABLE_SUFFIX BETWEEN @firstShard AND @lastShard
      -- end
      -- if ingestion time
      -- Files are loaded after the hour that they tell of, some much later; what has
      -- just arrived is in no partition yet.
      AND (_PARTITIONTIME >= @firstPartition OR _PARTITIONTIME IS NULL)
      -- end
  ),
  actions AS (
    SELECT
      timestamp,
      id,
      agent,
      host,
      repository,
      digest,
      CASE
        WHEN host IS NULL THEN 'other'
        WHEN host NOT IN UNNEST(@hosts) THEN 'elsewhere'
        -- Parts of a layer are fetched by ranges, all under one request or a few.
        WHEN NOT IFNULL(method = 'GET' AND status IN (200, 206) AND digest IS NOT NULL, FALSE)
          THEN 'other'
        WHEN STARTS_WITH(LOWER(agent), 'jetsam/') THEN 'other'
        WHEN repository IS NULL THEN 'unplaced'
        ELSE 'pull'
      END AS action
    FROM requests
  ),
  -- What does not count is grouped by less.
  counted AS (
    SELECT
      timestamp,
      id,
      host,
      action,
      IF(action = 'pull', repository, NULL) AS repository,
      IF(action = 'pull', digest, NULL) AS digest,
      IF(
        action = 'pull',
        COALESCE(
          (
            SELECT MIN(beginning)
            FROM UNNEST(@apartAgents) AS beginning
            WHERE STARTS_WITH(LOWER(agent), LOWER(beginning))
          ),
          REGEXP_EXTRACT(agent, r'^[^\s(/]{1,60}')
        ),
        NULL
      ) AS client,
      IF(action = 'pull', UNIX_DATE(DATE(timestamp)), NULL) AS day
    FROM actions
  )
SELECT
  host,
  action,
  repository,
  digest,
  client,
  COUNT(DISTINCT id) AS requests,
  UNIX_MILLIS(MIN(timestamp)) AS firstTime,
  UNIX_MILLIS(MAX(timestamp)) AS lastTime
FROM counted
GROUP BY host, action, repository, digest, client, day
