package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/snapshots"
	"github.com/gophercloud/gophercloud/v2/openstack/blockstorage/v3/volumes"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/migrations"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/volumeattach"
)

// gone asks until the answer is 404.
func gone(s *session, ask func() error) error {
	for s.ctx.Err() == nil {
		err := ask()
		if gophercloud.ResponseCodeIs(err, http.StatusNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return s.ctx.Err()
}

func (s *session) host() (string, error) {
	seen, err := servers.Get(s.ctx, s.compute, s.serverID).Extract()
	if err != nil {
		return "", err
	}
	return seen.Host, nil
}

// elsewhere does something to the server, and fails unless it is active on another host in the end.
func (s *session) elsewhere(do func() error) error {
	before, err := s.host()
	if err != nil {
		return err
	}
	if err = do(); err != nil {
		return err
	}
	after, err := s.host()
	if err == nil && before == after {
		return fmt.Errorf("it still is on %s", before)
	}
	return err
}

var moving = []step{
	{"resize it and confirm", func(s *session) error {
		err := servers.Resize(s.ctx, s.compute, s.serverID, servers.ResizeOpts{FlavorRef: s.smallID}).ExtractErr()
		if err = s.after(err, "VERIFY_RESIZE"); err != nil {
			return err
		}
		return s.after(servers.ConfirmResize(s.ctx, s.compute, s.serverID).ExtractErr(), "ACTIVE")
	}},
	{"resize it and go back", func(s *session) error {
		err := servers.Resize(s.ctx, s.compute, s.serverID, servers.ResizeOpts{FlavorRef: s.tinyID}).ExtractErr()
		if err = s.after(err, "VERIFY_RESIZE"); err != nil {
			return err
		}
		return s.after(servers.RevertResize(s.ctx, s.compute, s.serverID).ExtractErr(), "ACTIVE")
	}},
	{"migrate it to another host", func(s *session) error {
		return s.elsewhere(func() error {
			if err := s.after(servers.Migrate(s.ctx, s.compute, s.serverID).ExtractErr(), "VERIFY_RESIZE"); err != nil {
				return err
			}
			return s.after(servers.ConfirmResize(s.ctx, s.compute, s.serverID).ExtractErr(), "ACTIVE")
		})
	}},
	{"migrate it live to another host", func(s *session) error {
		return s.elsewhere(func() error {
			old := *s.compute
			old.Microversion = "2.24" // gophercloud sends disk_over_commit where it is allowed only
			block, over := false, false
			err := servers.LiveMigrate(s.ctx, &old, s.serverID, servers.LiveMigrateOpts{BlockMigration: &block, DiskOverCommit: &over}).ExtractErr()
			return s.after(err, "ACTIVE")
		})
	}},
	{"shelve it and take it off the shelf", func(s *session) error {
		if err := s.after(servers.Shelve(s.ctx, s.compute, s.serverID).ExtractErr(), "SHELVED_OFFLOADED"); err != nil {
			return err
		}
		return s.after(servers.Unshelve(s.ctx, s.compute, s.serverID, servers.UnshelveOpts{}).ExtractErr(), "ACTIVE")
	}},
	{"see every move that was made", func(s *session) error {
		pages, err := migrations.List(s.compute, migrations.ListOpts{InstanceID: &s.serverID}).AllPages(s.ctx)
		if err != nil {
			return err
		}
		all, err := migrations.ExtractMigrations(pages)
		if err != nil {
			return err
		}
		return same("the number of moves", len(all), 4)
	}},
}

var storing = []step{
	{"make a volume", func(s *session) error {
		made, err := volumes.Create(s.ctx, s.volume, volumes.CreateOpts{Size: 1, Name: "gopher-volume"}, nil).Extract()
		if err != nil {
			return err
		}
		s.volumeID = made.ID
		return volumes.WaitForStatus(s.ctx, s.volume, made.ID, "available")
	}},
	{"attach it to the server", func(s *session) error {
		_, err := volumeattach.Create(s.ctx, s.compute, s.serverID, volumeattach.CreateOpts{VolumeID: s.volumeID}).Extract()
		if err != nil {
			return err
		}
		return volumes.WaitForStatus(s.ctx, s.volume, s.volumeID, "in-use")
	}},
	{"detach it", func(s *session) error {
		if err := volumeattach.Delete(s.ctx, s.compute, s.serverID, s.volumeID).ExtractErr(); err != nil {
			return err
		}
		return volumes.WaitForStatus(s.ctx, s.volume, s.volumeID, "available")
	}},
	{"take a snapshot of it, and delete both", func(s *session) error {
		made, err := snapshots.Create(s.ctx, s.volume, snapshots.CreateOpts{VolumeID: s.volumeID, Name: "gopher-snapshot"}).Extract()
		if err != nil {
			return err
		}
		if err = snapshots.WaitForStatus(s.ctx, s.volume, made.ID, "available"); err != nil {
			return err
		}
		if err = snapshots.Delete(s.ctx, s.volume, made.ID).ExtractErr(); err != nil {
			return err
		}
		if err = gone(s, func() error { return snapshots.Get(s.ctx, s.volume, made.ID).Err }); err != nil {
			return err
		}
		return volumes.Delete(s.ctx, s.volume, s.volumeID, volumes.DeleteOpts{}).ExtractErr()
	}},
}
