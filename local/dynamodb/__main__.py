"""`python -m local.dynamodb [file]`: serves DynamoDB on a free port of the loopback interface, and prints the port.

Tables are in memory, and in the file if one is named. The process that started this one holds stdin open: when that
closes, however the other one ended, this one ends too.
"""

import asyncio
import sys
from functools import partial
from pathlib import Path

from local.dynamodb.engine import answer, replace_functions
from local.dynamodb.journal import Journal, TablesInUseError
from local.dynamodb.server import Connection, Respond


async def serve(respond: Respond) -> None:
    """Answer requests until stdin closes."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(partial(Connection, respond), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.buffer.read)


def main() -> int:
    """Serve, and return the exit code."""
    replace_functions()
    try:
        respond = Journal(Path(sys.argv[1])).answer if sys.argv[1:] else answer
    except TablesInUseError:
        print("in use", flush=True)
        return 1
    asyncio.run(serve(respond))
    return 0


if __name__ == "__main__":
    sys.exit(main())
