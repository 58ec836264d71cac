/** What `--help` prints; the readme prints it too, and a test compares them. */
export const helpText = `
  Usage
    $ jetsam [WHERE]         explore: drill, mark, review, type the phrase, delete
    $ jetsam list WHERE      print what a registry or a repository holds
    $ jetsam plan WHERE      apply rules: print of each digest whether it stays or goes, and why
    $ jetsam apply PLAN      delete what a plan names, and what is still so
    $ jetsam uses            print what the clusters and files name; --elsewhere: only images
                             that are not in your own registries, with --map and --since how far
                             each has come home
    $ jetsam undo [BATCH]    put back what a batch deleted; the last one where none is named
    $ jetsam resume [BATCH]  say what a batch did that did not end, and go on with it
    $ jetsam batches         print what was done, and what can still be put back
    $ jetsam sample NAMESPACE/NAME…
                             keep what Docker Hub's counters stand at, print it, and with --mqtt
                             publish it; for cron
    $ jetsam doctor [WHERE]  say of each registry, cluster and source of pulls whether it can be
                             reached and read, and what to do where it cannot
    $ jetsam copy IMAGE… --to HOME
                             bring images home by their digests, with all platforms, signatures
                             and SBOMs; --elsewhere: all that the clusters and files name
    $ jetsam rewrite --files DIR --to HOME
                             print, as a unified diff, what changes in the files where their images
                             from elsewhere are taken from HOME; --write changes it

  WHERE is a host, host/prefix, host/repository, host/repository:tag or
  host/repository@sha256:…, with http:// or https:// before it if need be.

  Options
    --read-only               nothing that changes a registry leaves this process
    --demo                    an embedded registry with a sample world; nothing is real
    --context NAME            ask this context of the kubeconfig who needs an image; repeatable
    --all-contexts            ask all of them
    --without-context NAME    leave this one out: what it runs does not count; repeatable
    --namespace NAME          ask this one where a cluster lists none; repeatable
    --files DIR               read what Dockerfiles and manifests in this folder name; repeatable
    --uses FILE               read what \`jetsam uses --json\` wrote elsewhere; repeatable
    --pulls KIND:WHERE        read who pulled what from here; repeatable. KIND: gcs-usage, ar-audit,
                              kubernetes-events, acr-events, docker-hub, hub-counters, opensearch,
                              distribution-events, distribution-log, or auto for a file
    --window DAYS             pulls of so many days count: 90d unless you say otherwise
    --max-bytes N             a BigQuery query may scan so much: 10GiB unless you say otherwise
    --insecure-registry HOST  allow http, or https that cannot be verified, for this host
    --mqtt URL                sample: publish to this broker, mqtt://HOST or mqtts://HOST; its user and
                              password are JETSAM_MQTT_USERNAME and JETSAM_MQTT_PASSWORD
    --config FILE             read the settings from here
    --marks FILE              mark what this file names, one reference on each line
    --state DIR               keep journals, trash and marks here
    --keep-blobs              save layers too before a digest is deleted, for undo
    --keep-newest N           plan: keep so many of the newest of each repository
    --newest-per REGEX        plan: count them by what its first group finds in a tag: 'release-(.*)'
    --keep-younger AGE        plan: keep what is younger: 12h, 30d, 12w, 6mo or 2y
    --min-pulls N             plan: keep what was pulled, checked or pushed so many times …
    --within AGE              plan: … in this time, for example 30d
    --keep-tags REGEX         plan: keep what has such a tag; repeatable
    --only-tags REGEX         plan: keep what has another tag, or none; repeatable
    --only-untagged           plan: keep what has a tag
    --age created             plan: where a registry keeps no upload times, go by build times
    --allow-unknown-uses      plan: go on although no source says what is in use
    --rules FILE              plan: read the rules from here, YAML or JSON
    --out FILE                plan: write the plan here, for apply; copy, rewrite, uses: the mapping,
                              for --map
    --to HOME                 copy, rewrite, uses: the registry, and perhaps a prefix, that images go
                              to
    --template TEXT           with --to: what names there are made of: {home}/{repository} unless you
                              say otherwise; {host} and {name}, the last part, stand for more
    --map FILE                copy, rewrite, uses: read from here where each image goes, YAML or JSON
    --since TIME              uses --elsewhere: what is pulled since then is not done: 7d, 2026-11-01
    --platform PLATFORM       copy: only this one of each image, linux/amd64; repeatable
    --pin                     rewrite: write the digest beside the tag
    --write                   rewrite: change the files
    --max-deletes N           plan, apply: send nothing where more digests would go
    --max-share PERCENT       plan, apply, resume: so much of a repository may go without a phrase of
                              its own
    --yes                     apply, copy, undo, resume, batches: do it without asking
    --confirm PHRASE          apply, copy, resume: the phrase that would be typed; repeatable
    --remove-older DAYS       batches: remove the trash that is older, for example 30d
    --sort KEY                list: by name, size, digests, newest, oldest, pulled, pulls, tag, tags,
                              digest or use, as on the screen
    --filter TEXT             list: what is typed after / on the screen: 'untagged >30d', 'tag:v1 !used'
    --debug FILE              append every request to this file, without secrets
    --json                    print one JSON document
    --plain                   print text, even to a terminal
    --version                 print the version
    --help                    print this

  Examples
    $ jetsam --demo
    $ jetsam 127.0.0.1:5000
    $ jetsam list registry.example.com/shop --json
    $ jetsam plan registry.example.com --keep-newest 10 --keep-younger 30d --out plan.json
    $ jetsam sample grafana/grafana --mqtt mqtts://broker.example.com
`;
