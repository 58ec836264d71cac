/*
What people do today: plain loops in Python, with the same filters and counted by the same things.
*/

/** `json.loads` for each line. */
export const pythonEvents = `
import glob, json, sys
counts = {}
for name in sorted(glob.glob(sys.argv[1] + '/**/*.json', recursive=True)):
    with open(name, encoding='utf-8') as lines:
        for line in lines:
            event = json.loads(line)
            if event['category'] != 'ContainerRegistryRepositoryEvents':
                continue
            if event['operationName'] not in ('Pull', 'Push') or event['resultDescription'] not in ('200', '201'):
                continue
            properties = event['properties']
            key = (properties['loginServer'], properties['repository'], properties['digest'], event['operationName'], event['time'][:10])
            counts[key] = counts.get(key, 0) + 1
print(sum(counts.values()))
`;

/** The same, and each event once, as its ids tell: what jetsam comes to. */
export const pythonEventsOnce = pythonEvents
	.replace('counts = {}', 'counts = {}\nseen = set()')
	.replace(
		"            properties = event['properties']",
		`            id = event['correlationId'] + ' ' + event['operationName'] + ' ' + event['time']
            if id in seen:
                continue
            seen.add(id)
            properties = event['properties']`,
	);

/** The \`csv\` module. */
export const pythonUsage = String.raw`
import csv, glob, re, sys
counts = {}
blob = re.compile(r'^https://((?:[a-z]+\.)?gcr\.io)/v2/(.+)/blobs/(sha256:[0-9a-f]{64})$')
for name in sorted(glob.glob(sys.argv[1] + '/*')):
    with open(name, encoding='utf-8', newline='') as lines:
        rows = csv.reader(lines)
        columns = {column: index for index, column in enumerate(next(rows))}
        time, method, status, referer, fetched = (columns[column] for column in ('time_micros', 'cs_method', 'sc_status', 'cs_referer', 'cs_object'))
        for row in rows:
            if row[method] != 'GET' or row[status] not in ('200', '206') or not row[fetched].startswith('containers/images/sha256:'):
                continue
            match = blob.match(row[referer])
            key = (match.group(1) if match else 'gcr.io', match.group(2) if match else '', row[fetched][18:], int(row[time]) // 86400000000)
            counts[key] = counts.get(key, 0) + 1
print(sum(counts.values()))
`;
