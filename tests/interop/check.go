// Command check reads a log over HTTP with nothing of this project: Go's own note and tlog packages,
// on which the Go checksum database rests. It is an outsider's answer to "is this a log, and the same
// one at every size that was ever published?"
//
//	check URL VKEY DIRECTORY
//
// DIRECTORY holds the signed checkpoint of every published size, each in a file named by its size. For
// each of them: the signature, every tile and entry bundle of that size, the inclusion proof of every
// entry, and the consistency proof from every smaller published size. For the largest: the consistency
// proof from every size, published or not. Exit code 0: all of it holds. 1: something does not.
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: check URL VKEY DIRECTORY")
		os.Exit(64)
	}
	said, err := check(strings.TrimSuffix(os.Args[1], "/"), os.Args[2], os.Args[3])
	if err != nil {
		fmt.Fprintln(os.Stderr, "check:", err)
		os.Exit(1)
	}
	fmt.Println(said)
}

func check(url, vkey, directory string) (string, error) {
	log := &remote{url: url, files: make(map[string][]byte)}
	key, err := note.NewVerifier(vkey)
	if err != nil {
		return "", fmt.Errorf("the verifier key: %w", err)
	}
	trees, err := published(directory, key)
	if err != nil {
		return "", err
	}
	last := trees[len(trees)-1]
	newest, err := log.get("checkpoint", "text/plain; charset=utf-8")
	if err != nil {
		return "", err
	}
	tree, err := open(newest, key)
	if err != nil {
		return "", fmt.Errorf("checkpoint: %w", err)
	}
	if tree != last {
		return "", fmt.Errorf("the checkpoint is of size %d, %v; the last one published of %d, %v", tree.N, tree.Hash, last.N, last.Hash)
	}
	var proofs counts
	if err := each(len(trees), func(i int) error {
		if err := checkSize(log, trees[:i+1], &proofs); err != nil {
			return fmt.Errorf("at size %d: %w", trees[i].N, err)
		}
		return nil
	}); err != nil {
		return "", err
	}
	if err := checkEverySize(log, last, &proofs); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d sizes, %d inclusion proofs, %d consistency proofs", len(trees), proofs.inclusion, proofs.consistency), nil
}

type counts struct{ inclusion, consistency int64 }

// published reads the checkpoints of all published sizes, smallest first.
func published(directory string, key note.Verifier) ([]tlog.Tree, error) {
	names, err := filepath.Glob(filepath.Join(directory, "*"))
	if err != nil || len(names) == 0 {
		return nil, fmt.Errorf("no checkpoints in %s", directory)
	}
	var trees []tlog.Tree
	for _, name := range names {
		message, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		tree, err := open(message, key)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if strconv.FormatInt(tree.N, 10) != filepath.Base(name) {
			return nil, fmt.Errorf("%s is of size %d", name, tree.N)
		}
		trees = append(trees, tree)
	}
	sort.Slice(trees, func(i, j int) bool { return trees[i].N < trees[j].N })
	return trees, nil
}

// open verifies a signed checkpoint (C2SP tlog-checkpoint).
func open(message []byte, key note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open(message, note.VerifierList(key))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[3] != "" {
		return tlog.Tree{}, errors.New("a checkpoint has three lines")
	}
	if lines[0] != key.Name() {
		return tlog.Tree{}, fmt.Errorf("the origin is %q, the key's name %q", lines[0], key.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return tlog.Tree{}, fmt.Errorf("the size is %q", lines[1])
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return tlog.Tree{}, err
	}
	return tlog.Tree{N: size, Hash: root}, nil
}

// checkSize checks the last of some published trees, alone and against the others.
func checkSize(log *remote, trees []tlog.Tree, proofs *counts) error {
	tree := trees[len(trees)-1]
	reader := tlog.TileHashReader(tree, log)
	leaves, err := log.leaves(tree.N)
	if err != nil {
		return err
	}
	for index, leaf := range leaves {
		proof, err := tlog.ProveRecord(tree.N, int64(index), reader)
		if err != nil {
			return fmt.Errorf("inclusion of %d: %w", index, err)
		}
		if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), leaf); err != nil {
			return fmt.Errorf("inclusion of %d: %w", index, err)
		}
		atomic.AddInt64(&proofs.inclusion, 1)
	}
	for _, old := range trees {
		if err := checkExtends(reader, tree, old); err != nil {
			return err
		}
		atomic.AddInt64(&proofs.consistency, 1)
	}
	return nil
}

// checkEverySize checks consistency from each size there could have been, whose root the entries give.
func checkEverySize(log *remote, tree tlog.Tree, proofs *counts) error {
	reader := tlog.TileHashReader(tree, log)
	leaves, err := log.leaves(tree.N)
	if err != nil {
		return err
	}
	var stored []tlog.Hash
	own := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		hashes := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			hashes[i] = stored[index]
		}
		return hashes, nil
	})
	for index, leaf := range leaves {
		hashes, err := tlog.StoredHashesForRecordHash(int64(index), leaf, own)
		if err != nil {
			return err
		}
		stored = append(stored, hashes...)
		size := int64(index) + 1
		root, err := tlog.TreeHash(size, own)
		if err != nil {
			return err
		}
		if err := checkExtends(reader, tree, tlog.Tree{N: size, Hash: root}); err != nil {
			return err
		}
		atomic.AddInt64(&proofs.consistency, 1)
	}
	return nil
}

func checkExtends(reader tlog.HashReader, tree, old tlog.Tree) error {
	proof, err := tlog.ProveTree(tree.N, old.N, reader)
	if err != nil {
		return fmt.Errorf("consistency from %d to %d: %w", old.N, tree.N, err)
	}
	if err := tlog.CheckTree(proof, tree.N, tree.Hash, old.N, old.Hash); err != nil {
		return fmt.Errorf("consistency from %d to %d: %w", old.N, tree.N, err)
	}
	return nil
}

// remote is a log's static files (C2SP tlog-tiles). What it gives is believed by nobody.
type remote struct {
	url   string
	mutex sync.Mutex
	files map[string][]byte
}

func (r *remote) get(path, mediaType string) ([]byte, error) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if bytes, known := r.files[path]; known {
		return bytes, nil
	}
	response, err := http.Get(r.url + "/" + path)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s", path, response.Status)
	}
	if said := response.Header.Get("Content-Type"); said != mediaType {
		return nil, fmt.Errorf("%s: the media type is %q", path, said)
	}
	bytes, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	r.files[path] = bytes
	return bytes, nil
}

// leaves gives the hashes of the entries as the bundles of a tree of this size hold them.
func (r *remote) leaves(size int64) ([]tlog.Hash, error) {
	var leaves []tlog.Hash
	for number := int64(0); number*tileWidth < size; number++ {
		width := size - number*tileWidth
		if width > tileWidth {
			width = tileWidth
		}
		// Bundles are named like the tiles of level 0.
		path := strings.Replace(c2sp(tlog.Tile{H: tileHeight, L: 0, N: number, W: int(width)}), "tile/0/", "tile/entries/", 1)
		bundle, err := r.get(path, "application/octet-stream")
		if err != nil {
			return nil, err
		}
		for i := int64(0); i < width; i++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				return nil, fmt.Errorf("%s ends within entry %d", path, i)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			leaves = append(leaves, tlog.RecordHash(bundle[2:end]))
			bundle = bundle[end:]
		}
		if len(bundle) != 0 {
			return nil, fmt.Errorf("%s: %d bytes are left over", path, len(bundle))
		}
	}
	return leaves, nil
}

// c2sp is the path of a tile. Go's own has the height in it, which C2SP fixes.
func c2sp(tile tlog.Tile) string {
	return strings.Replace(tile.Path(), fmt.Sprintf("tile/%d/", tile.H), "tile/", 1)
}

func (r *remote) Height() int { return tileHeight }

func (r *remote) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		bytes, err := r.get(c2sp(tile), "application/octet-stream")
		if err != nil {
			return nil, err
		}
		all = append(all, bytes)
	}
	return all, nil
}

func (r *remote) SaveTiles([]tlog.Tile, [][]byte) {}

// each calls work for 0..count on all cores, until one call fails.
func each(count int, work func(int) error) error {
	var next int64 = -1
	failed := make(chan error, runtime.NumCPU())
	for worker := 0; worker < cap(failed); worker++ {
		go func() {
			for {
				i := int(atomic.AddInt64(&next, 1))
				if i >= count {
					failed <- nil
					return
				}
				if err := work(i); err != nil {
					failed <- err
					return
				}
			}
		}()
	}
	var first error
	for worker := 0; worker < cap(failed); worker++ {
		if err := <-failed; err != nil && first == nil {
			first = err
		}
	}
	return first
}
