/** A plan as `terraform show -json` tells it: what would change. */

export interface Plan {
  changes: Change[];
}

export interface Change {
  /** `aws_s3_object.page["index.html"]` */
  address: string;
  type: string;
  name: string;
  /** Key of `for_each`, number of `count`, or undefined. */
  index: string | number | undefined;
  action: 'create' | 'update' | 'replace' | 'delete';
  /** Arguments that differ; for updates and replacements. */
  differing: string[];
  /** Arguments as they will be, as far as they are known; empty for deletions. */
  after: Record<string, unknown>;
}

interface PlanDocument {
  resource_changes?: {
    address: string;
    mode: string;
    type: string;
    name: string;
    index?: string | number;
    change: {
      actions: string[];
      before: Record<string, unknown> | null;
      after: Record<string, unknown> | null;
      after_unknown: Record<string, unknown>;
    };
  }[];
}

/** @param text output of `terraform show -json FILE` */
export function readPlan(text: string): Plan {
  const { resource_changes: changes = [] } = JSON.parse(text) as PlanDocument;
  return {
    changes: changes.flatMap(({ address, mode, type, name, index, change }): Change[] => {
      const action = actionOf(change.actions);
      if (mode !== 'managed' || action === undefined) return [];
      return [
        { address, type, name, index, action, differing: differing(change), after: change.after ?? {} },
      ];
    }),
  };
}

function actionOf(actions: string[]): Change['action'] | undefined {
  if (actions.length === 2) return 'replace';
  const [action] = actions;
  return action === 'create' || action === 'update' || action === 'delete' ? action : undefined;
}

function differing({
  before,
  after,
  after_unknown: unknown,
}: NonNullable<PlanDocument['resource_changes']>[number]['change']): string[] {
  if (!before || !after) return [];
  return Object.keys({ ...before, ...after }).filter(
    (key) =>
      // Computed values that follow from others say nothing new.
      unknown[key] !== true && JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
}

/** How many operations an apply of it takes: a replacement is two. */
export function operations({ changes }: Plan): number {
  return changes.reduce((sum, { action }) => sum + (action === 'replace' ? 2 : 1), 0);
}
