-- Which images kubelets set out to pull, pulled or had already, by the events of
-- Kubernetes that a sink of Cloud Logging writes to BigQuery.
--
-- A row for each text of an image as the kubelet wrote it, by action and UTC day.
-- Images of other registries are counted as "elsewhere", by registry; what is about no
-- image as "other".
--
-- `TABLE` is replaced by the checked name of the table. Lines between "-- if" and
-- "-- end" stand only where the table is so made. All else comes as parameters.
WITH
  events AS (
    SELECT
      timestamp,
      -- A sink writes at least once.
      CONCAT(IFNULL(insertId, ''), ' ', CAST(timestamp AS STRING)) AS id,
      REGEXP_EXTRACT(
        jsonPayload.message,
        r'(?i)^(?:pulling image|successfully pulled image|container image) "([^"]+)"'
      ) AS image,
      CASE
        WHEN REGEXP_CONTAINS(jsonPayload.message, r'(?i)^pulling image "') THEN 'attempt'
        WHEN REGEXP_CONTAINS(jsonPayload.message, r'(?i)^successfully pulled image "') THEN 'pull'
        WHEN REGEXP_CONTAINS(jsonPayload.message, r'(?i)^container image "[^"]+" already present')
          THEN 'present'
        ELSE 'other'
      END AS action
    FROM `TABLE`
    WHERE
      timestamp >= @from
      AND timestamp < @to
      -- if shards
      AND _TABLE_SUFFIX BETWEEN @firstShard AND @lastShard
      -- end
      -- if ingestion time
      -- What has just arrived is in no partition yet.
      AND (_PARTITIONTIME >= @firstPartition OR _PARTITIONTIME IS NULL)
      -- end
  ),
  named AS (
    SELECT
      timestamp,
      id,
      image,
      action,
      -- Docker's rule: a first segment is a host only if it looks like one.
      CASE
        WHEN action = 'other' OR image IS NULL THEN NULL
        WHEN REGEXP_CONTAINS(image, r'^(?:https?://)?(?:[^/]*[.:A-Z][^/]*|localhost)/')
          THEN LOWER(REGEXP_EXTRACT(image, r'^(?:https?://)?([^/]+)/'))
        ELSE 'docker.io'
      END AS host
    FROM events
  ),
  -- What does not count is grouped by less.
  counted AS (
    SELECT
      timestamp,
      id,
      IF(host IN UNNEST(@hosts), @host, host) AS host,
      CASE
        WHEN host IS NULL THEN 'other'
        WHEN host IN UNNEST(@hosts) THEN action
        ELSE 'elsewhere'
      END AS action,
      IF(host IN UNNEST(@hosts), image, NULL) AS image,
      IF(host IN UNNEST(@hosts), UNIX_DATE(DATE(timestamp)), NULL) AS day
    FROM named
  )
SELECT
  host,
  action,
  image,
  COUNT(DISTINCT id) AS requests,
  UNIX_MILLIS(MIN(timestamp)) AS firstTime,
  UNIX_MILLIS(MAX(timestamp)) AS lastTime
FROM counted
GROUP BY host, action, image, day
