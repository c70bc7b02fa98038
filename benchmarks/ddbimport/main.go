// Imports a CSV file with ddbimport's own converter and batch writer, as its command does, but into a sink on this
// machine: the command itself can only reach AWS. Prints the records written and the seconds that took.
package main

import (
	"encoding/csv"
	"flag"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/a-h/ddbimport/batchwriter"
	"github.com/a-h/ddbimport/csvtodynamo"
	"github.com/aws/aws-sdk-go/service/dynamodb"
)

// toSink sends every request to the sink instead of AWS, in plain HTTP.
type toSink struct {
	address string
	next    http.RoundTripper
}

func (to toSink) RoundTrip(request *http.Request) (*http.Response, error) {
	request.URL.Scheme = "http"
	request.URL.Host = to.address
	return to.next.RoundTrip(request)
}

func main() {
	sink := flag.String("sink", "", "HOST:PORT of the sink")
	input := flag.String("inputFile", "", "the CSV file")
	concurrency := flag.Int("concurrency", 8, "requests at a time; 8 is ddbimport's own default")
	flag.Parse()
	http.DefaultClient.Transport = toSink{*sink, http.DefaultTransport}

	file, err := os.Open(*input)
	if err != nil {
		log.Fatal(err)
	}
	defer file.Close()
	begun := time.Now()
	reader, err := csvtodynamo.NewConverter(csv.NewReader(file), csvtodynamo.NewConfiguration())
	if err != nil {
		log.Fatal(err)
	}
	writer, err := batchwriter.New("us-east-1", "endpoints")
	if err != nil {
		log.Fatal(err)
	}
	var written int64
	batches := make(chan []map[string]*dynamodb.AttributeValue, 128)
	var workers sync.WaitGroup
	workers.Add(*concurrency)
	for i := 0; i < *concurrency; i++ {
		go func() {
			defer workers.Done()
			for batch := range batches {
				if err := writer.Write(batch); err != nil {
					log.Fatal(err)
				}
				atomic.AddInt64(&written, int64(len(batch)))
			}
		}()
	}
	for {
		batch, _, err := reader.ReadBatch()
		if err != nil && err != io.EOF {
			log.Fatal(err)
		}
		if len(batch) > 0 {
			batches <- batch
		}
		if err == io.EOF {
			break
		}
	}
	close(batches)
	workers.Wait()
	fmt.Println(written, time.Since(begun).Seconds())
}
