package main

import (
	"fmt"

	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/aggregates"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/hypervisors"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/quotasets"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servergroups"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/servers"
	"github.com/gophercloud/gophercloud/v2/openstack/compute/v2/services"
	"github.com/gophercloud/gophercloud/v2/openstack/placement/v1/allocationcandidates"
	"github.com/gophercloud/gophercloud/v2/openstack/placement/v1/allocations"
	"github.com/gophercloud/gophercloud/v2/openstack/placement/v1/resourceproviders"
)

var administering = []step{
	{"list the services, disable one and enable it", func(s *session) error {
		pages, err := services.List(s.compute, services.ListOpts{Binary: "nova-compute"}).AllPages(s.ctx)
		if err != nil {
			return err
		}
		all, err := services.ExtractServices(pages)
		if err != nil || len(all) == 0 {
			return fmt.Errorf("%d services: %w", len(all), err)
		}
		for _, status := range []services.ServiceStatus{services.ServiceDisabled, services.ServiceEnabled} {
			changed, err := services.Update(s.ctx, s.compute, all[0].ID, services.UpdateOpts{Status: status}).Extract()
			if err != nil {
				return err
			}
			if err = same("the status", changed.Status, string(status)); err != nil {
				return err
			}
		}
		return nil
	}},
	{"list the hypervisors", func(s *session) error {
		pages, err := hypervisors.List(s.compute, hypervisors.ListOpts{}).AllPages(s.ctx)
		if err != nil {
			return err
		}
		all, err := hypervisors.ExtractHypervisors(pages)
		if err != nil {
			return err
		}
		return same("the number of hypervisors", len(all), 3)
	}},
	{"make an aggregate, put a host in it, describe it and delete it", func(s *session) error {
		made, err := aggregates.Create(s.ctx, s.compute, aggregates.CreateOpts{Name: "gopher-hosts"}).Extract()
		if err != nil {
			return err
		}
		if _, err = aggregates.AddHost(s.ctx, s.compute, made.ID, aggregates.AddHostOpts{Host: "host1"}).Extract(); err != nil {
			return err
		}
		_, err = aggregates.SetMetadata(s.ctx, s.compute, made.ID, aggregates.SetMetadataOpts{Metadata: map[string]any{"ssd": "true"}}).Extract()
		if err != nil {
			return err
		}
		if _, err = aggregates.RemoveHost(s.ctx, s.compute, made.ID, aggregates.RemoveHostOpts{Host: "host1"}).Extract(); err != nil {
			return err
		}
		return aggregates.Delete(s.ctx, s.compute, made.ID).ExtractErr()
	}},
	{"make a server group and delete it", func(s *session) error {
		made, err := servergroups.Create(s.ctx, s.compute, servergroups.CreateOpts{Name: "gopher-apart", Policy: "anti-affinity"}).Extract()
		if err != nil {
			return err
		}
		return servergroups.Delete(s.ctx, s.compute, made.ID).ExtractErr()
	}},
	{"see the quota and what of it is in use", func(s *session) error {
		seen, err := servers.Get(s.ctx, s.compute, s.serverID).Extract()
		if err != nil {
			return err
		}
		detail, err := quotasets.GetDetail(s.ctx, s.compute, seen.TenantID).Extract()
		if err != nil {
			return err
		}
		return same("the number of servers in use", detail.Instances.InUse, 1)
	}},
}

var placing = []step{
	{"see what the server holds, exactly, on the provider of its host", func(s *session) error {
		host, err := s.host()
		if err != nil {
			return err
		}
		pages, err := resourceproviders.List(s.placement, resourceproviders.ListOpts{Name: host}).AllPages(s.ctx)
		if err != nil {
			return err
		}
		found, err := resourceproviders.ExtractResourceProviders(pages)
		if err != nil || len(found) != 1 {
			return fmt.Errorf("%d providers are named %s: %w", len(found), host, err)
		}
		held, err := allocations.Get(s.ctx, s.placement, s.serverID).Extract()
		if err != nil {
			return err
		}
		if err = same("the number of providers", len(held.Allocations), 1); err != nil {
			return err
		}
		here := held.Allocations[found[0].UUID].Resources
		if err = same("VCPU", here["VCPU"], 1); err != nil {
			return err
		}
		return same("MEMORY_MB", here["MEMORY_MB"], 2048)
	}},
	{"ask for allocation candidates", func(s *session) error {
		pages, err := allocationcandidates.List(s.placement, allocationcandidates.ListOpts{Resources: "VCPU:1,MEMORY_MB:512"}).AllPages(s.ctx)
		if err != nil {
			return err
		}
		found, err := allocationcandidates.ExtractAllocationCandidates(pages)
		if err != nil {
			return err
		}
		return same("the number of candidates", len(found.AllocationRequests), 3)
	}},
}
