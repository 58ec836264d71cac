-- Who pulled what from Artifact Registry, by the audit log of data access that a
-- sink of Cloud Logging writes to BigQuery.
-- https://cloud.google.com/artifact-registry/docs/audit-logging
--
-- A row for each resource and path that was asked for, by action, product and UTC day.
-- What else was logged is counted too, for it shows that the log was kept: as "read"
-- what would not be logged without DATA_READ, as "other" the rest, as "elsewhere" what
-- is about other registries.
--
-- A tag stays a tag. That a client asked for a digest a moment after a tag does not
-- show that the tag meant it: it may have had the content of the tag already.
--
-- `TABLE` is replaced by the checked name of the table. Lines between "-- if" and
-- "-- end" stand only where the table is so made. All else comes as parameters.
WITH
  entries AS (
    SELECT
      timestamp,
      -- A sink writes at least once.
      CONCAT(IFNULL(insertId, ''), ' ', CAST(timestamp AS STRING)) AS id,
      LOWER(protopayload_auditlog.methodName) AS method,
      protopayload_auditlog.resourceName AS resource,
      REGEXP_EXTRACT(protopayload_auditlog.resourceName, r'^projects/([^/]+)/') AS project,
      REGEXP_EXTRACT(
        protopayload_auditlog.resourceName,
        r'^projects/[^/]+/locations/([^/]+)/'
      ) AS location,
      REGEXP_EXTRACT(
        protopayload_auditlog.resourceName,
        r'^projects/[^/]+/locations/[^/]+/repositories/([^/]+)'
      ) AS repository,
      REGEXP_EXTRACT(
        -- if column protopayload_auditlog.requestJson
        -- A text of JSON, or a record: both become one text here.
        REPLACE(TO_JSON_STRING(protopayload_auditlog.requestJson), r'\"', '"'),
        -- end
        -- if no column protopayload_auditlog.requestJson
        TO_JSON_STRING(protopayload_auditlog.request),
        -- end
        r'(?i)"requestUrl":\s*"[^"]*?(/v2/[^"?#]+/manifests/[^"/?#\\]+)'
      ) AS asked,
      -- if column protopayload_auditlog.requestMetadata.callerSuppliedUserAgent
      IFNULL(protopayload_auditlog.requestMetadata.callerSuppliedUserAgent, '') AS agent,
      -- end
      -- if no column protopayload_auditlog.requestMetadata.callerSuppliedUserAgent
      '' AS agent,
      -- end
      -- if column protopayload_auditlog.status.code
      IFNULL(protopayload_auditlog.status.code, 0) != 0 AS is_refused
      -- end
      -- if no column protopayload_auditlog.status.code
      FALSE AS is_refused
      -- end
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
      AND protopayload_auditlog.serviceName = 'artifactregistry.googleapis.com'
  ),
  actions AS (
    SELECT
      timestamp,
      id,
      resource,
      project,
      asked,
      agent,
      CASE
        WHEN CONCAT(location, '-docker.pkg.dev') IN UNNEST(@hosts) THEN @host
        -- Repositories that stand in for Container Registry have hosts of their own.
        WHEN repository IN UNNEST(@hosts) THEN @host
        WHEN EXISTS (
          SELECT 1
          FROM UNNEST(@hosts) AS host
          WHERE STRPOS(asked, CONCAT('/', host, '/')) > 0
        ) THEN @host
        ELSE CONCAT(location, '-docker.pkg.dev')
      END AS host,
      CASE
        WHEN is_refused THEN 'other'
        WHEN method IN ('docker-getmanifest', 'docker-headmanifest', 'docker-putmanifest')
          AND NOT STARTS_WITH(LOWER(agent), 'jetsam/')
          THEN CASE method
            WHEN 'docker-getmanifest' THEN 'pull'
            WHEN 'docker-headmanifest' THEN 'check'
            ELSE 'push'
          END
        WHEN method IN (
          'docker-getmanifest',
          'docker-headmanifest',
          'docker-serveblob',
          'docker-gettags',
          'docker-catalog'
        ) THEN 'read'
        ELSE 'other'
      END AS action
    FROM entries
  ),
  -- What does not count as a pull, a check or a push is grouped by less.
  counted AS (
    SELECT
      timestamp,
      id,
      host,
      IF(host = @host, action, 'elsewhere') AS action,
      IF(host = @host, project, NULL) AS project,
      IF(host = @host AND action IN ('pull', 'check', 'push'), resource, NULL) AS resource,
      IF(host = @host AND action IN ('pull', 'check', 'push'), asked, NULL) AS asked,
      IF(
        host = @host AND action IN ('pull', 'check', 'push'),
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
      IF(
        host = @host AND action IN ('pull', 'check', 'push'),
        UNIX_DATE(DATE(timestamp)),
        NULL
      ) AS day
    FROM actions
  )
SELECT
  host,
  action,
  project,
  resource,
  asked,
  client,
  COUNT(DISTINCT id) AS requests,
  UNIX_MILLIS(MIN(timestamp)) AS firstTime,
  UNIX_MILLIS(MAX(timestamp)) AS lastTime
FROM counted
GROUP BY host, action, project, resource, asked, client, day
