/** SIGKILL under load, on PostgreSQL. */
import { freshDatabase } from '../support/postgres.ts';
import { SqlSession } from '../support/sql.ts';
import { killRounds } from './kill-rounds.ts';

killRounds('PostgreSQL', async () => {
  const { url, drop } = await freshDatabase();
  return {
    env: { DATABASE_URL: url },
    async read(work) {
      await using sql = await SqlSession.open(url);
      return await work((statement) => sql.query(statement));
    },
    remove: drop,
  };
});
