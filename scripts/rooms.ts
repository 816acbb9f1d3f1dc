interface Room {
  /** Rooms whose code it may import. */
  imports: string[] | 'everything';
  /** Rooms whose types it may import. */
  types?: string[];
}

const words = ['src/reasons.ts'];

/** Who may import whom (docs/architecture.md has the reasons). A room that is not named is not there. */
export const rooms: Record<string, Room> = {
  'src/reasons.ts': { imports: [] },
  'src/settings.ts': { imports: [] },
  'src/settings.test.ts': { imports: ['src/settings.ts'] },
  'src/reasons.test.ts': { imports: words },
  'src/procedure/': { imports: words },
  'src/kubernetes/': { imports: words, types: ['src/procedure/'] },
  'src/azure/': { imports: words, types: ['src/procedure/'] },
  'src/records/': { imports: words },
  'src/notices/': { imports: words, types: ['src/records/'] },
  'src/intake/': { imports: [...words, 'src/settings.ts'] },
  'src/api/': { imports: words, types: ['src/records/'] },
  'src/orchestration/': {
    imports: [
      ...words,
      'src/settings.ts',
      'src/procedure/',
      'src/kubernetes/',
      'src/azure/',
      'src/records/',
      'src/notices/',
    ],
    types: ['src/intake/'],
  },
  'src/functions/': {
    imports: [
      ...words,
      'src/settings.ts',
      'src/intake/',
      'src/orchestration/',
      'src/procedure/',
      'src/kubernetes/',
      'src/azure/',
      'src/records/',
      'src/notices/',
      'src/api/',
    ],
  },
  'local/clock.ts': { imports: [] },
  'local/clock.test.ts': { imports: ['local/clock.ts'] },
  'local/functions-host/': { imports: ['local/clock.ts'] },
  'local/aks/': { imports: ['local/clock.ts'] },
  'local/console/': { imports: ['local/clock.ts', 'local/aks/'] },
  'local/main.ts': { imports: ['local/clock.ts', 'local/aks/', 'local/console/'] },
};
