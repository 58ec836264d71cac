import {createDoctorDocument} from '../plain/doctor-document.js';
import {createDoctorSummary, createSubjectText} from '../plain/doctor-text.js';
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

/** What is looked at, all at once; each resolves when its own answer is there. */
const examineAll = <Facts>(
	kind: 'registry' | 'cluster' | 'pulls',
	patients: ReadonlyArray<Patient<Facts>>,
	judge: (name: string, facts: Facts) => DoctorSubject['checks'],
): ReadonlyArray<Promise<DoctorSubject>> =>
	patients.length === 0
		? [
				Promise.resolve({
					kind,
					name: '',
					source: '',
					checks: nothingKnown[kind],
				}),
			]
		: patients.map(async ({name, source, examine}) => ({
				kind,
				name,
				source,
				checks: judge(name, await examine()),
			}));

/** What is wrong with the settings and what lies beside them, where anything is. */
const judgeSettings = (
	troubles: readonly Trouble[],
): readonly DoctorSubject[] =>
	troubles.length === 0
		? []
		: [
				{
					kind: 'settings',
					name: '',
					source: '',
					checks: troubles.map(trouble => blame('found', trouble)),
				},
			];

/** `jetsam doctor`: says of every registry, cluster and source of pulls whether it can be used, and what to do where it cannot; text is printed as it gets known. Resolves to the exit code: 1 where something is to be mended. */
export const doctor = async (
	{troubles, registries, clusters, pulls, now}: Patients,
	{json}: {readonly json: boolean},
	{print}: Pick<Output, 'print'>,
): Promise<0 | 1> => {
	const subjects = [
		...judgeSettings(troubles).map(async subject => subject),
		...examineAll('registry', registries, (_name, facts) =>
			judgeRegistry(facts),
		),
		...examineAll('cluster', clusters, judgeCluster),
		...examineAll('pulls', pulls, (_name, facts) => judgePullSource(facts)),
	];
	const whole = Promise.all(subjects);
	const printInTurn = async (): Promise<void> => {
		for (const subject of subjects) {
			print(createSubjectText(await subject));
		}
	};

	const [examined] = await Promise.all([
		whole,
		json ? undefined : printInTurn(),
	]);
	print(
		json
			? `${stringifySafely(createDoctorDocument(examined, now))}\n`
			: createDoctorSummary(examined),
	);
	return isWell(examined) ? 0 : 1;
};
