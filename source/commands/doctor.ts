import {createDoctorDocument, createDoctorText} from '../plain/doctor-text.js';
import {
	blame,
	type DoctorSubject,
	isWell,
	tell,
	type Trouble,
} from '../plain/doctor-check.js';
import {type ClusterFacts, judgeCluster} from '../plain/judge-cluster.js';
import {
	judgePullSource,
	type PullSourceFacts,
} from '../plain/judge-pull-source.js';
import {judgeRegistry, type RegistryFacts} from '../plain/judge-registry.js';
import {stringifySafely} from '../text/safe-text.js';
import type {Output} from './list.js';

/** Something to look at, and how that is done. */
export type Patient<Facts> = {
	readonly name: string;
	readonly source: string;
	readonly examine: () => Promise<Facts>;
};

/** Everything that is to be looked at. */
export type Patients = {
	/** What is wrong with the settings, the files of logins or the kubeconfig, if anything is. */
	readonly troubles: readonly Trouble[];
	readonly registries: ReadonlyArray<Patient<RegistryFacts>>;
	readonly clusters: ReadonlyArray<Patient<ClusterFacts>>;
	readonly pulls: ReadonlyArray<Patient<PullSourceFacts>>;
	/** Milliseconds since 1970. */
	readonly now: number;
};

const nothingKnown: Readonly<
	Record<'registry' | 'cluster' | 'pulls', DoctorSubject['checks']>
> = {
	registry: [
		blame('found', {
			message: 'No registry is known on this machine.',
			remedy:
				'Name one, for example: jetsam doctor registry.example.com. docker login makes one known.',
		}),
	],
	cluster: [
		tell(
			'found',
			'No kubeconfig names a cluster, so nobody says what is in use: KUBECONFIG, --files or --uses may name who does.',
			'unknown',
		),
	],
	pulls: [
		tell(
			'found',
			'No source of pulls is named, so nobody says what is pulled: --pulls names one.',
			'unknown',
		),
	],
};

const examineAll = async <Facts>(
	kind: 'registry' | 'cluster' | 'pulls',
	patients: ReadonlyArray<Patient<Facts>>,
	judge: (name: string, facts: Facts) => DoctorSubject['checks'],
): Promise<readonly DoctorSubject[]> =>
	patients.length === 0
		? [{kind, name: '', source: '', checks: nothingKnown[kind]}]
		: Promise.all(
				patients.map(async ({name, source, examine}) => ({
					kind,
					name,
					source,
					checks: judge(name, await examine()),
				})),
			);

/** `jetsam doctor`: says of every registry, cluster and source of pulls whether it can be used, and what to do where it cannot. Resolves to the exit code: 1 where something is to be mended. */
export const doctor = async (
	{troubles, registries, clusters, pulls, now}: Patients,
	{json}: {readonly json: boolean},
	{print}: Pick<Output, 'print'>,
): Promise<0 | 1> => {
	const examined = await Promise.all([
		examineAll('registry', registries, (_name, facts) => judgeRegistry(facts)),
		examineAll('cluster', clusters, judgeCluster),
		examineAll('pulls', pulls, judgePullSource),
	]);
	const subjects: readonly DoctorSubject[] = [
		...(troubles.length === 0
			? []
			: [
					{
						kind: 'settings' as const,
						name: '',
						source: '',
						checks: troubles.map(trouble => blame('found', trouble)),
					},
				]),
		...examined.flat(),
	];
	print(
		json
			? `${stringifySafely(createDoctorDocument(subjects, now))}\n`
			: createDoctorText(subjects),
	);
	return isWell(subjects) ? 0 : 1;
};
