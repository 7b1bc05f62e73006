// As server.py: GET / writes a line to each file named on the command line and tells how many lines it has then.
const fs = require('fs')
const http = require('http')

function append(path) {
  try {
    fs.appendFileSync(path, 'line\n')
    return fs.readFileSync(path, 'utf8').split('\n').length - 1
  } catch (error) {
    return 'Error: ' + error.code
  }
}

http.createServer((request, response) => {
  const answer = request.url === '/' ? Object.fromEntries(process.argv.slice(2).map(path => [path, append(path)])) : 'ok'
  response.end(JSON.stringify(answer))
}).listen(8080)
