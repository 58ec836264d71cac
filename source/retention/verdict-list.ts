import type {UseEvidence} from '../evidence/use.js';
import type {Digest} from '../oci/digest.js';
import type {DigestRecord} from '../oci/record.js';
import type {Verdict, Verdicts} from './verdict.js';

/** A verdict as it is kept: the same one for all digests of which it says the same. What it says of a time stands beside it. */
export type Decision =
	| Exclude<
			Verdict,
			{readonly kind: 'candidate'} | {readonly rule: 'younger' | 'in-use'}
	  >
	| {
			readonly kind: 'keep';
			readonly rule: 'in-use';
			/** Its needs are put in order when they are looked at. */
			readonly evidence: UseEvidence & {readonly state: 'yes'};
	  }
	| Omit<Extract<Verdict, {readonly kind: 'candidate'}>, 'time'>
	| Omit<Extract<Verdict, {readonly rule: 'younger'}>, 'time'>;

/** What the rules make of the digests of a repository, in lists of one entry for each: there may be a million. */
export type DecidedDigests = {
	readonly records: readonly DigestRecord[];
	readonly decisions: ReadonlyArray<Decision | undefined>;
	/** Milliseconds since 1970; `NaN` where it is not known. */
	readonly times: Float64Array;
};

/** Digests that are entered between two pauses. */
const partSize = 1000;

/** The verdicts, each of which is put together when it is asked for. */
export class VerdictList implements Verdicts {
	private readonly decided: DecidedDigests;
	private readonly places = new Map<Digest, number>();

	constructor(decided: DecidedDigests) {
		this.decided = decided;
	}

	get size(): number {
		return this.decided.records.length;
	}

	get(digest: Digest): Verdict | undefined {
		const place = this.find(digest);
		return place === undefined ? undefined : this.at(place);
	}

	*[Symbol.iterator](): Iterator<readonly [Digest, Verdict]> {
		for (const [place, {digest}] of this.decided.records.entries()) {
			yield [digest, this.at(place)!];
		}
	}

	/** Makes ready to be asked for single digests, with a pause after some each. Who does not wait for it waits when asking. */
	*prepareInParts(): Generator<undefined, void, undefined> {
		const {records} = this.decided;
		while (this.places.size < records.length) {
			const end = Math.min(this.places.size + partSize, records.length);
			for (let place = this.places.size; place < end; place++) {
				this.places.set(records[place]!.digest, place);
			}

			yield;
		}
	}

	private find(digest: Digest): number | undefined {
		const known = this.places.get(digest);
		if (known !== undefined) {
			return known;
		}

		// Documents ask in the order of the records.
		const {records} = this.decided;
		while (this.places.size < records.length) {
			const place = this.places.size;
			const found = records[place]!.digest;
			this.places.set(found, place);
			if (found === digest) {
				return place;
			}
		}

		return undefined;
	}

	private at(place: number): Verdict | undefined {
		const decision = this.decided.decisions[place];
		if (decision === undefined) {
			return undefined;
		}

		if (decision.kind === 'candidate' || decision.rule === 'younger') {
			return {...decision, time: this.decided.times[place]!};
		}

		return decision.rule === 'in-use'
			? {kind: 'keep', rule: 'in-use', needs: decision.evidence.needs}
			: decision;
	}
}
