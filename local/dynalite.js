// Starts dynalite on a free port and prints it. Its parent holds stdin open: when that closes, however the parent
// died, this process ends too.
const dynalite = require('dynalite')

process.on('uncaughtException', (error) => {
  console.error(`dynalite: ${error.message}`)
  process.exit(1)
})
const server = dynalite({ path: process.argv[2], createTableMs: 0 })
server.keepAliveTimeout = 60000 // ms; node's 5 s would close kept connections between two requests
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.stdin.resume().on('end', () => process.exit(0))
