/** What can be done to the experiment, with the words on its buttons. */
export const EXPERIMENTS = {
  'visit-1': '1 visitor',
  'visit-10': '10 visitors',
  'visit-200': '200 visitors',
  leave: 'All leave',
  'kill-broadcaster': 'Kill the broadcaster mid-broadcast',
  'toggle-faults': '30 % faults on every dependency',
  'stop-database': 'Stop the database',
  'toggle-disconnects': 'Lose $disconnects',
} as const;

export type ExperimentName = keyof typeof EXPERIMENTS;
